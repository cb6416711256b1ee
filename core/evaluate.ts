import { RE2JS } from 're2js'
import { inCidr, parseCidr, parseScoped } from './address.ts'
import { compareTest } from './compare.ts'
import { partOf } from './datePart.ts'
import type { EventView, FieldRef, Scalar, Value } from './event.ts'
import { fieldOf } from './fields.ts'
import { covers, DECIMAL, type Filter, type Leaf, NOT_SEARCHED, type ValueLeaf } from './filter.ts'
import { fold } from './fold.ts'
import { parseInstant } from './instant.ts'
import { anywhere, compilePattern, foldPattern, type TextTest } from './pattern.ts'

/** A filter compiled to a function: total, without side effects. */
export type Test = (view: EventView) => boolean
/** A leaf compiled to a test of one value that is not null; `name` is the dotted name it was found under. */
export type ValueTest = (value: NonNullable<Scalar>, name: string) => boolean

/** Whether the filter holds for the event. Compiles each time: for many events, `compileFilter` once. */
export function evaluate(filter: Filter, view: EventView): boolean {
  return compileFilter(filter)(view)
}

/**
 * The plain evaluator: what a filter means (core/filter.ts). Every other execution (indexed matcher, SQL, Elasticsearch)
 * must agree with it. Throws on a regular expression or CIDR block that is none; such never leave the readers of rules.
 */
export function compileFilter(filter: Filter): Test {
  switch (filter.op) {
    case 'all':
      return () => true
    case 'none':
      return () => false
    case 'and': {
      const tests = filter.of.map(compileFilter)
      return (view) => tests.every((t) => t(view))
    }
    case 'or': {
      const tests = filter.of.map(compileFilter)
      return (view) => tests.some((t) => t(view))
    }
    case 'not': {
      const test = compileFilter(filter.of)
      return (view) => !test(view)
    }
    default:
      return compileLeaf(filter)
  }
}

function compileLeaf(leaf: Leaf): Test {
  switch (leaf.op) {
    case 'exists':
      return (view) => leaf.field.some((name) => view.get(name) !== undefined)
    case 'null':
      return (view) => isNull(firstPresent(view, leaf.field)?.value)
    case 'keyword': {
      const test = keywordTest(leaf)
      return (view) => view.some(test)
    }
    case 'compare': {
      const test = compareTest(leaf)
      const texts = (value: Value) => textsOf(value, leaf.cased)
      return (view) => {
        const found = firstPresent(view, leaf.field)
        const other = firstPresent(view, leaf.with)
        return found !== undefined && other !== undefined && test(texts(found.value), texts(other.value))
      }
    }
    default: {
      const test = compileValueTest(leaf)
      return (view) => {
        const found = firstPresent(view, leaf.field)
        return found !== undefined && anyValue(found.value, found.name, test)
      }
    }
  }
}

/** The first of the names that stands in the event, with its value. */
export function firstPresent(view: EventView, field: FieldRef): { name: string; value: Value } | undefined {
  for (const name of field) {
    const value = view.get(name)
    if (value !== undefined) return { name, value }
  }
  return undefined
}

/** Whether a value counts as null: absent, null, or a list without any value but null. */
export function isNull(value: Value | undefined): boolean {
  if (value === undefined || value === null) return true
  return Array.isArray(value) && value.every((v) => v === null)
}

/** A list holds if any of its values holds; null never does. */
export function anyValue(value: Value, name: string, test: ValueTest): boolean {
  if (value === null) return false
  if (typeof value !== 'object') return test(value, name)
  for (const v of value) if (v !== null && test(v, name)) return true
  return false
}

/** The text that a value is compared by. */
export function textOf(value: NonNullable<Scalar>): string {
  return typeof value === 'string' ? value : String(value)
}

/** The texts of a value that are not null, folded unless `cased`. */
export function textsOf(value: Value, cased: boolean): readonly string[] {
  if (value === null) return []
  const texts = typeof value === 'object' ? value.flatMap((v) => (v === null ? [] : [textOf(v)])) : [textOf(value)]
  return cased ? texts : texts.map(fold)
}

/** What a leaf asks of one value. */
export function compileValueTest(leaf: ValueLeaf): ValueTest {
  switch (leaf.op) {
    case 'range':
      return rangeTest(leaf)
    case 'cidr': {
      const cidr = parseCidr(leaf.cidr)
      if (cidr === undefined) throw new Error(`not a CIDR block: ${leaf.cidr}`)
      return (v) => {
        const address = typeof v === 'string' ? parseScoped(v) : undefined
        return address !== undefined && inCidr(address, cidr)
      }
    }
    case 'part': {
      const holds = boundsOf(leaf).map(([op, bound]) => numberTest(op, bound as number))
      return (v) => {
        const at = typeof v === 'string' ? parseInstant(v) : undefined
        if (at === undefined) return false
        const number = partOf(at, leaf.part)
        return holds.every((h) => h(number))
      }
    }
    default: {
      const test = compileTextTest(leaf)
      return leaf.op === 'regex' || leaf.cased ? (v) => test(textOf(v)) : (v) => test(fold(textOf(v)))
    }
  }
}

/** What a leaf asks of a value's text, which the caller has folded unless the leaf is `cased` or `regex`. */
export function compileTextTest(leaf: Exclude<ValueLeaf, { op: 'range' | 'cidr' | 'part' }>): TextTest {
  const shaped = (text: string) => (leaf.op === 'regex' || leaf.cased ? text : fold(text))
  switch (leaf.op) {
    case 'term': {
      const text = shaped(textOf(leaf.value))
      return (t) => t === text
    }
    case 'in': {
      const texts = new Set(leaf.values.map((v) => shaped(textOf(v))))
      return (t) => texts.has(t)
    }
    case 'prefix': {
      const text = shaped(leaf.value)
      return (t) => t.startsWith(text)
    }
    case 'suffix': {
      const text = shaped(leaf.value)
      return (t) => t.endsWith(text)
    }
    case 'contains': {
      const text = shaped(leaf.value)
      return (t) => t.includes(text)
    }
    case 'wildcard':
      return compilePattern(leaf.cased ? leaf.pattern : foldPattern(leaf.pattern))
    case 'regex': {
      const re = compileRegex(leaf.pattern, leaf.flags)
      return (t) => re.test(t)
    }
  }
}

/** A user's regular expression in RE2 syntax, linear in the text; throws where it is none. Flags: any of `i`, `m`, `s`. */
export function compileRegex(pattern: string, flags: string): RE2JS {
  let bits = 0
  if (flags.includes('i')) bits |= RE2JS.CASE_INSENSITIVE
  if (flags.includes('m')) bits |= RE2JS.MULTILINE
  if (flags.includes('s')) bits |= RE2JS.DOTALL
  return RE2JS.compile(pattern, bits)
}

/** What a keyword asks of each (name, value) of an event. */
export function keywordTest(leaf: Leaf & { op: 'keyword' }): (name: string, value: Value) => boolean {
  const test = keywordTextTest(leaf)
  const skip = leaf.except === undefined ? NOT_SEARCHED : [...NOT_SEARCHED, ...leaf.except]
  const ofValue: ValueTest = (v) => test(textOf(v))
  const { within } = leaf
  const counts =
    within === undefined
      ? (name: string) => !covers(skip, name)
      : (name: string) => covers(within, name) && !covers(skip, name)
  return (name, value) => counts(name) && anyValue(value, name, ofValue)
}

/** What a keyword asks of the text of a value, as it stands. */
export function keywordTextTest(leaf: Leaf & { op: 'keyword' }): TextTest {
  const pattern = anywhere(leaf.pattern)
  const test = compilePattern(leaf.cased ? pattern : foldPattern(pattern))
  const holds: TextTest = leaf.cased ? test : (t) => test(fold(t))
  if (leaf.regex === undefined) return holds
  const re = compileRegex(leaf.regex.pattern, leaf.regex.flags)
  return (t) => holds(t) && re.test(t)
}

type Bound = 'gt' | 'gte' | 'lt' | 'lte'

/** The bounds that a leaf gives. */
function boundsOf(leaf: { readonly [B in Bound]?: number | string }): readonly (readonly [Bound, number | string])[] {
  return (['gt', 'gte', 'lt', 'lte'] as const).flatMap((op) => {
    const bound = leaf[op]
    return bound === undefined ? [] : [[op, bound] as const]
  })
}

function rangeTest(leaf: Leaf & { op: 'range' }): ValueTest {
  const bounds = boundsOf(leaf).map(([op, bound]) => boundTest(op, bound))
  return (v, name) => bounds.every((b) => b(v, name))
}

function orderTest(op: Bound): (order: number) => boolean {
  return op === 'gt' ? (o) => o > 0 : op === 'gte' ? (o) => o >= 0 : op === 'lt' ? (o) => o < 0 : (o) => o <= 0
}

function numberTest(op: Bound, bound: number): (n: number) => boolean {
  const holds = orderTest(op)
  return (n) => holds(n - bound)
}

function boundTest(op: Bound, bound: number | string): ValueTest {
  if (typeof bound === 'number') {
    const holds = numberTest(op, bound)
    return (v) => holds(typeof v === 'number' ? v : typeof v === 'string' && DECIMAL.test(v) ? Number(v) : Number.NaN)
  }
  const holds = orderTest(op)
  const instant = parseInstant(bound)
  return (v, name) => {
    if (fieldOf(name)?.type !== 'date') return holds(compareText(textOf(v), bound))
    const at = parseInstant(textOf(v))
    return at !== undefined && instant !== undefined && holds(at - instant)
  }
}

/** Order of two texts by code points (as their UTF-8 bytes sort): negative, 0 or positive. */
export function compareText(a: string, b: string): number {
  const end = Math.min(a.length, b.length)
  for (let i = 0; i < end; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    // A surrogate stands for a code point above every other unit, also above U+E000 to U+FFFF.
    if (x !== y)
      return x >= 0xd800 && y >= 0xd800 ? (x < 0xe000 ? x + 0x3000 : x) - (y < 0xe000 ? y + 0x3000 : y) : x - y
  }
  return a.length - b.length
}
