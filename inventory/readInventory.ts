import { isMap, isNode, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import { type Place, type Problem, problem } from '../core/errors.ts'
import { type InventoryFile, inventoryFile } from './schema.ts'

/** Where in a file something stands, by its keys and list positions: `['units', 3, 'code']`. */
export type Path = readonly (string | number)[]

export interface ReadInventory {
  /** Undefined where the shape is wrong. */
  readonly value: InventoryFile | undefined
  readonly problems: readonly Problem[]
  /** The place of an entry or of one of its fields (of the entry where the field is not written). */
  place(path: Path): Place
}

const MOST_CHARACTERS = 20_000_000

/** Reads the text of an inventory file; tells every problem of its form with line and column. */
export function readInventory(text: string, fileName: string): ReadInventory {
  const lines = new LineCounter()
  const tooLong = text.length > MOST_CHARACTERS
  const document = parseDocument(tooLong ? '' : text, { lineCounter: lines, prettyErrors: false })
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file: fileName, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const place = (path: Path): Place => at(offsetOf(document.contents, path))
  if (tooLong)
    return { value: undefined, problems: [problem('INV-401', { problem: 'larger than 20 MB' }, at(0))], place }
  if (document.errors.length > 0) {
    const problems = document.errors.map((e) => problem('INV-401', { problem: e.message }, at(e.pos[0])))
    return { value: undefined, problems, place }
  }
  let plain: unknown
  try {
    plain = document.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return { value: undefined, problems: [problem('INV-401', { problem: why }, at(0))], place }
  }
  const parsed = inventoryFile.safeParse(plain)
  if (parsed.success) return { value: parsed.data, problems: [], place }
  const problems = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map((p) => (typeof p === 'symbol' ? String(p) : p))
    if (issue.code !== 'unrecognized_keys')
      return [problem('INV-402', { path: show(path), problem: issue.message }, place(path))]
    return issue.keys.map((key) =>
      problem('INV-402', { path: show([...path, key]), problem: 'there is no such key' }, place([...path, key])),
    )
  })
  return { value: undefined, problems, place }
}

/** `units[3].code` */
export function show(path: Path): string {
  return path.map((p, i) => (typeof p === 'number' ? `[${p}]` : i === 0 ? p : `.${p}`)).join('') || 'the file'
}

/** The offset of the key of the last step that is written, or of the list entry. */
function offsetOf(root: ParsedNode | null, path: Path): number {
  let node: unknown = root
  let offset = root?.range[0] ?? 0
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((p) => isScalar(p.key) && String(p.key.value) === String(step))
      if (pair === undefined || !isNode(pair.key)) return offset
      offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else {
      const items = (node as { items?: readonly unknown[] } | null)?.items
      const item = typeof step === 'number' ? items?.[step] : undefined
      if (!isNode(item)) return offset
      offset = item.range?.[0] ?? offset
      node = item
    }
  }
  return offset
}
