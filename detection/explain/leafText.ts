import { ANY, type Filter, type Leaf, type Pattern } from '../../core/filter.ts'

/** One comparison in Sigma's words: what stands left of the colon, and the values right of it. */
export interface LeafText {
  readonly key: string
  readonly values: readonly string[]
}

/** A leaf of a filter in Sigma's words; of several names for its field the last, which is the rule's own. */
function leafText(leaf: Leaf): LeafText {
  const of = (key: string, ...values: readonly string[]): LeafText => ({ key, values })
  if (leaf.op === 'keyword' && leaf.regex !== undefined)
    return of(['', 're', ...leaf.regex.flags].join('|'), quoted(leaf.regex.pattern))
  if (leaf.op === 'keyword') return of('', quoted(patternText(leaf.pattern)))
  const name = leaf.field.at(-1)!
  const key = 'cased' in leaf && leaf.cased ? `${name}|cased` : name
  switch (leaf.op) {
    case 'null':
      return of(name, 'null')
    case 'exists':
      return of(`${name}|exists`, 'true')
    case 'term':
      return of(key, scalarText(leaf.value))
    case 'in':
      return of(key, ...leaf.values.map(scalarText))
    case 'prefix':
      return of(key, quoted(`${escaped(leaf.value)}*`))
    case 'suffix':
      return of(key, quoted(`*${escaped(leaf.value)}`))
    case 'contains':
      return of(key, quoted(`*${escaped(leaf.value)}*`))
    case 'wildcard':
      return of(key, quoted(patternText(leaf.pattern)))
    case 'regex':
      return of([name, 're', ...leaf.flags].join('|'), quoted(leaf.pattern))
    case 'cidr':
      return of(`${name}|cidr`, quoted(leaf.cidr))
    case 'range':
    case 'part': {
      const part = leaf.op === 'part' ? `|${leaf.part}` : ''
      const bounds = (['gt', 'gte', 'lt', 'lte'] as const).filter((b) => leaf[b] !== undefined)
      return of(`${name}${part}|${bounds.join('|')}`, ...bounds.map((b) => String(leaf[b])))
    }
    case 'compare': {
      const how = { equal: '', prefix: '|startswith', suffix: '|endswith', contains: '|contains' }[leaf.how]
      return of(`${key}|fieldref${how}`, leaf.with.at(-1)!)
    }
  }
}

/** Alternatives on one field as one line (a list of values is any of them); undefined where they are not. */
export function alternativesText(of: readonly Filter[]): LeafText | undefined {
  const texts: LeafText[] = []
  for (const f of of) {
    if (f.op === 'all' || f.op === 'none' || f.op === 'and' || f.op === 'or' || f.op === 'not') return undefined
    texts.push(leafText(f))
  }
  const [first] = texts
  if (first === undefined || texts.some((t) => t.key !== first.key)) return undefined
  return { key: first.key, values: texts.flatMap((t) => t.values) }
}

function scalarText(value: string | number | boolean): string {
  return typeof value === 'string' ? quoted(escaped(value)) : String(value)
}

function patternText(pattern: Pattern): string {
  return pattern.map((p) => (typeof p === 'string' ? escaped(p) : p === ANY ? '*' : '?')).join('')
}

/** As a Sigma string writes it. */
function escaped(text: string): string {
  return text.replace(/[*?]/g, '\\$&')
}

function quoted(text: string): string {
  return `'${text}'`
}
