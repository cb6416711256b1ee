/** Which parts of a bulk answer the sender wants. */
export interface BulkShape {
  readonly took: boolean
  readonly errors: boolean
  /** Fields of each item, undefined = all; empty = no items. */
  readonly fields: readonly string[] | undefined
  /** Fluent Bit gives up on answers beyond 512,000 bytes and sends the batch for ever: it gets an empty list. */
  readonly noItems: boolean
}

const ALL: BulkShape = { took: true, errors: true, fields: undefined, noItems: false }

/** Reads `filter_path` (undefined or empty = everything) and the kind of sender. */
export function bulkShape(filterPath: string | undefined, userAgent: string | undefined): BulkShape {
  const noItems = userAgent?.startsWith('Fluent-Bit') ?? false
  if (filterPath === undefined || filterPath === '') return { ...ALL, noItems }
  const fields = new Set<string>()
  let took = false
  let errors = false
  let every = false
  for (const path of filterPath.split(',')) {
    const [top, , field] = path.trim().split('.')
    if (top === 'took' || top === '*' || top === '**') took = true
    if (top === 'errors' || top === '*' || top === '**') errors = true
    if (top !== 'items' && top !== '*' && top !== '**') continue
    if (field === undefined || field === '*') every = true
    else fields.add(field)
  }
  return { took, errors, fields: every ? undefined : [...fields], noItems }
}

/** One item that was stored (or had been stored before). */
export interface BulkResult {
  readonly action: 'create' | 'index'
  readonly index: string
  readonly id: string
  readonly repeated: boolean
}

/** The answer's bytes: compact, one item per action in order, under the action's own name. */
export function bulkAnswer(results: readonly BulkResult[], shape: BulkShape): Buffer<ArrayBuffer> {
  const parts: string[] = []
  if (shape.took) parts.push('"took":1')
  if (shape.errors) parts.push('"errors":false')
  if (shape.noItems) parts.push('"items":[]')
  else {
    const items = itemsText(results, shape.fields)
    if (items !== undefined) parts.push(`"items":[${items}]`)
  }
  return Buffer.from(new TextEncoder().encode(`{${parts.join(',')}}`).buffer)
}

/** Undefined where the filter leaves nothing of the items (as Elasticsearch drops empty objects). */
function itemsText(results: readonly BulkResult[], fields: readonly string[] | undefined): string | undefined {
  const wants = (field: string) => fields === undefined || fields.includes(field)
  const [index, id, status, result] = ['_index', '_id', 'status', 'result'].map(wants)
  if (!index && !id && !status && !result) return undefined
  let lastIndex: string | undefined
  let indexText = ''
  const out: string[] = []
  for (const r of results) {
    let item = ''
    if (index) {
      if (r.index !== lastIndex) indexText = JSON.stringify(r.index)
      lastIndex = r.index
      item += `,"_index":${indexText}`
    }
    if (id) item += `,"_id":${JSON.stringify(r.id)}`
    if (result) item += r.repeated ? ',"result":"noop"' : ',"result":"created"'
    if (status) item += r.repeated ? ',"status":200' : ',"status":201'
    out.push(`{"${r.action}":{${item.slice(1)}}}`)
  }
  return out.join(',')
}
