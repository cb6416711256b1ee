import { compileRegex } from '../core/evaluate.ts'
import type { Filter } from '../core/filter.ts'
import { fold } from '../core/fold.ts'
import { type JsonValue, jsonValues } from './jsonValues.ts'

/** A stretch of a text, UTF-16 offsets. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A value longer than this is not marked whole; what the clause looked for in it is. */
const WHOLE = 120
/** Occurrences of a text that are looked at. */
const TRIES = 1000

/** Finds values of one raw line in it. */
export type Locate = (field: string, value: string, filter: Filter | undefined) => Span | undefined

/**
 * Where in a raw line stands what a clause found in a value: of a JSON object the value under that name, else under one that
 * ends alike; else its text, also as JSON writes it, preferably after its field's name and not inside a longer word. In a
 * long value the part that the filter looked for, if one is given. `undefined` where the line does not show it (values that
 * the parser made).
 */
export function locateIn(original: string): Locate {
  const line = sameLength(original)
  let values: ReadonlyMap<string, readonly JsonValue[]> | undefined
  return (field, value, filter) => {
    values ??= jsonValues(original)
    const whole = nearestName(values.get(fold(value)) ?? [], field)
    const isLong = value.length > WHOLE && filter !== undefined
    if (whole !== undefined && !isLong) return whole.start === whole.end ? undefined : whole
    for (const part of isLong ? soughtIn(value, filter) : [value]) {
      for (const written of new Set([JSON.stringify(part).slice(1, -1), part])) {
        if (written === '') continue
        const span = whole === undefined ? find(line, written, field) : findWithin(line, written, whole)
        if (span !== undefined) return span
      }
    }
    return undefined
  }
}

/** Of values with one text that of the field, else the first whose name ends as the field's does, else the first. */
function nearestName(values: readonly JsonValue[], field: string): JsonValue | undefined {
  const last = field.slice(field.lastIndexOf('.') + 1)
  const isNear = ({ name }: JsonValue) => name.slice(name.lastIndexOf('.') + 1) === last
  return values.find((v) => v.name === field) ?? values.find(isNear) ?? values[0]
}

function findWithin(line: string, text: string, { start, end }: Span): Span | undefined {
  const at = line.indexOf(sameLength(text), start)
  return at < 0 || at + text.length > end ? undefined : { start: at, end: at + text.length }
}

function find(line: string, text: string, field: string): Span | undefined {
  const sought = sameLength(text)
  const label = sameLength(field.slice(field.lastIndexOf('.') + 1))
  const after = line.indexOf(label)
  let fallback: Span | undefined
  let bounded: Span | undefined
  let tries = 0
  for (let at = line.indexOf(sought); at >= 0 && tries++ < TRIES; at = line.indexOf(sought, at + 1)) {
    const span = { start: at, end: at + text.length }
    fallback ??= span
    if (!isBounded(line, span)) continue
    bounded ??= span
    if (after >= 0 && at >= after + label.length) return span
  }
  return bounded ?? (text.length >= 4 ? fallback : undefined)
}

/** Folded, if that keeps every offset. */
function sameLength(text: string): string {
  const folded = fold(text)
  return folded.length === text.length ? folded : text
}

function isBounded(line: string, { start, end }: Span): boolean {
  const inside = (a: string | undefined, b: string | undefined) => isWord(a) && isWord(b)
  return !inside(line[start - 1], line[start]) && !inside(line[end - 1], line[end])
}

function isWord(c: string | undefined): boolean {
  return c !== undefined && /[\p{L}\p{N}_]/u.test(c)
}

/** The parts of a value that a filter looked for, as they stand in it. */
function soughtIn(value: string, filter: Filter): readonly string[] {
  switch (filter.op) {
    case 'contains':
    case 'prefix':
    case 'suffix':
      return cut(value, filter.value)
    case 'wildcard':
    case 'keyword': {
      if (filter.op === 'keyword' && filter.regex !== undefined) return matchIn(value, filter.regex)
      const texts = filter.pattern.filter((p) => typeof p === 'string')
      return texts.sort((a, b) => b.length - a.length).flatMap((t) => cut(value, t))
    }
    case 'regex':
      return matchIn(value, filter)
    case 'and':
    case 'or':
      return filter.of.flatMap((f) => soughtIn(value, f))
    default:
      return []
  }
}

function matchIn(value: string, { pattern, flags }: { readonly pattern: string; readonly flags: string }): string[] {
  const m = compileRegex(pattern, flags).matcher(value)
  return m.find() ? [m.group() ?? ''] : []
}

function cut(value: string, text: string): readonly string[] {
  const at = sameLength(value).indexOf(sameLength(text))
  return at < 0 ? [] : [value.slice(at, at + text.length)]
}
