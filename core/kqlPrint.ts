import { isDeepStrictEqual } from 'node:util'
import { parseCidr } from './address.ts'
import type { Scalar } from './event.ts'
import { fieldOf } from './fields.ts'
import { ANY, DECIMAL, type Filter, type Leaf, type Pattern } from './filter.ts'
import { parseInstant } from './instant.ts'
import { wordFilter } from './kql.ts'
import { TEXT_FIELDS } from './kqlValue.ts'
import { tidyPattern } from './pattern.ts'

/**
 * KQL text that asks exactly what the filter asks (`parseKql` of it has the same meaning), or `undefined` where KQL cannot
 * say it: case-sensitive text, `?`, regular expressions, several names for a field, `exists` (KQL's `field: *` also wants
 * a value that is not null), two bounds in one range, a keyword that is not sought in the raw line too.
 */
export function printKql(filter: Filter): string | undefined {
  switch (filter.op) {
    case 'all':
      return '*'
    case 'none':
      return 'not *'
    case 'and':
    case 'or': {
      if (filter.of.length === 0) return printKql({ op: filter.op === 'and' ? 'all' : 'none' })
      const parts = filter.op === 'and' ? filter.of.map(bracketed) : alternatives(filter.of)
      return parts.includes(undefined) ? undefined : parts.join(` ${filter.op} `)
    }
    case 'not': {
      if (filter.of.op === 'null')
        return filter.of.field.length > 1 ? undefined : `${quoteIfNeeded(filter.of.field[0])}: *`
      const inside = bracketed(filter.of)
      return inside === undefined ? undefined : `not ${inside}`
    }
    default:
      return printLeaf(filter)
  }
}

function bracketed(filter: Filter): string | undefined {
  const text = printKql(filter)
  const isWord = filter.op === 'or' && filter.of.length === 2 && wordAt(filter.of, 0) !== undefined
  const single = filter.op === 'all' || filter.op === 'not' || isWord || isLeaf(filter)
  return text === undefined || single ? text : `(${text})`
}

/** One text each; a keyword and, beside it, the same of the raw line are a word without a field. */
function alternatives(of: readonly Filter[]): (string | undefined)[] {
  const texts: (string | undefined)[] = []
  for (let i = 0; i < of.length; i++) {
    const word = wordAt(of, i)
    texts.push(word ?? bracketed(of[i]!))
    if (word !== undefined) i++
  }
  return texts
}

function wordAt(of: readonly Filter[], at: number): string | undefined {
  const leaf = of[at]
  if (leaf?.op !== 'keyword' || !isDeepStrictEqual(wordFilter(leaf.pattern), { op: 'or', of: of.slice(at, at + 2) }))
    return undefined
  return printPattern(leaf.pattern)
}

function isLeaf(filter: Filter): filter is Leaf {
  return !['all', 'none', 'and', 'or', 'not'].includes(filter.op)
}

function printLeaf(leaf: Leaf): string | undefined {
  if (leaf.op === 'keyword' || leaf.field.length > 1) return undefined
  const name = leaf.field[0]
  const field = quoteIfNeeded(name)
  const running = TEXT_FIELDS.includes(name)
  switch (leaf.op) {
    case 'null':
      return `not ${field}: *`
    case 'term':
    case 'in': {
      const values = leaf.op === 'term' ? [leaf.value] : leaf.values
      if (values.length === 0) return printKql({ op: 'none' })
      if (running || !folds(leaf, values.map(String)) || !values.every((v) => fits(name, v))) return undefined
      const texts = values.map((v) => quoteIfNeeded(String(v)))
      return texts.length === 1 ? `${field}: ${texts[0]}` : `${field}: (${texts.join(' or ')})`
    }
    case 'prefix':
      return running ? undefined : printWildcard(field, leaf, [leaf.value, ANY])
    case 'suffix':
      return running ? undefined : printWildcard(field, leaf, [ANY, leaf.value])
    case 'contains':
      if (running && leaf.value !== '' && folds(leaf, [leaf.value])) return `${field}: ${quoteIfNeeded(leaf.value)}`
      return printWildcard(field, leaf, [ANY, leaf.value, ANY])
    case 'wildcard': {
      const p = tidyPattern(leaf.pattern)
      const ends = p[0] === ANY && p.at(-1) === ANY
      return p.includes(ANY) && (ends || !running) ? printWildcard(field, leaf, p) : undefined
    }
    case 'range':
      return printRange(field, leaf)
    case 'cidr':
      return fieldOf(name)?.type === 'ip' && /[/:]/.test(leaf.cidr) && parseCidr(leaf.cidr)
        ? `${field}: ${quoteIfNeeded(leaf.cidr)}`
        : undefined
    default:
      return undefined
  }
}

function printWildcard(field: string, leaf: Leaf & { cased: boolean }, pattern: Pattern): string | undefined {
  if (!folds(leaf, textsOf(pattern))) return undefined
  const text = printPattern(pattern)
  return text === undefined ? undefined : `${field}: ${text}`
}

function printRange(field: string, leaf: Leaf & { op: 'range' }): string | undefined {
  const bounds = Object.entries({ '>': leaf.gt, '>=': leaf.gte, '<': leaf.lt, '<=': leaf.lte }).filter(
    ([, b]) => b !== undefined,
  )
  if (bounds.length !== 1) return undefined
  const [sign, bound] = bounds[0]!
  const type = fieldOf(leaf.field[0])?.type
  if (type === 'ip') return undefined
  if (typeof bound === 'number') {
    return type === 'date' || !DECIMAL.test(String(bound)) ? undefined : `${field} ${sign} ${bound}`
  }
  if (type === 'long' || type === 'double') return undefined
  if (type !== 'date')
    return type === undefined && /^[0-9a-f:.]*$/i.test(bound!) ? undefined : `${field} ${sign} ${quote(bound!)}`
  const at = parseInstant(bound!)
  return at === undefined ? undefined : `${field} ${sign} "${new Date(at).toISOString()}"`
}

/** Whether KQL compares it as the leaf does: folded, or without letters that fold. */
function folds(leaf: { readonly cased: boolean }, texts: readonly string[]): boolean {
  return !leaf.cased || texts.every((t) => /^[\0-@[-`{-\x7f]*$/.test(t))
}

/** Whether the text of a term is read back as a term of that field. */
function fits(name: string, value: NonNullable<Scalar>): boolean {
  const type = fieldOf(name)?.type
  const text = String(value)
  if (type === 'date') return false
  if (type === 'ip') return !/[/:]/.test(text)
  return (type !== 'long' && type !== 'double') || DECIMAL.test(text)
}

function textsOf(pattern: Pattern): string[] {
  return pattern.filter((p) => typeof p === 'string')
}

function quoteIfNeeded(text: string): string {
  return /^[\p{L}\p{N}_.@/+=,;%#~$&!|[\]'-]+$/u.test(text) && !/^(and|or|not)$/i.test(text) ? text : quote(text)
}

const WHITE: Readonly<Record<string, string>> = { '\t': '\\t', '\r': '\\r', '\n': '\\n' }

function quote(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replace(/[\t\r\n]/g, (c) => WHITE[c]!)}"`
}

/** Without quotes, in which `*` would be a star. Blanks are written as escapes, so words stay together. */
function printPattern(pattern: Pattern): string | undefined {
  const p = tidyPattern(pattern)
  if (p.some((piece) => typeof piece === 'symbol' && piece !== ANY)) return undefined
  if (p.length === 0) return '""'
  if (p.length === 1 && typeof p[0] === 'string') return quoteIfNeeded(p[0])
  return p
    .map((piece) =>
      typeof piece === 'string'
        ? piece.replace(/[\\():<>"*{}]/g, '\\$&').replace(/\s/g, (c) => WHITE[c] ?? unicode(c))
        : '*',
    )
    .join('')
}

function unicode(c: string): string {
  return `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
}
