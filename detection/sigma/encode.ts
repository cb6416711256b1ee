import type { Pattern } from '../../core/filter.ts'

export type Encoding = 'utf16le' | 'utf16be' | 'utf16'

/** The dash, the slash and the three longer dashes that Windows programs take for one another before an option. */
const DASHES = ['-', '/', '\u2013', '\u2014', '\u2015']
/** Most that stand for others in one value: each makes five times as many variants. */
export const MOST_DASHES = 5

/**
 * `windash`: each dash or slash of the value stands for any of the five; where there are many (a GUID has four), each that
 * can begin an option: no letter or digit before it, one behind it. `undefined` where those are too many as well.
 */
export function dashVariants(pattern: Pattern): readonly Pattern[] | undefined {
  const parts = pattern.flatMap((p): Pattern => (typeof p === 'string' ? p.split(/([-/\u2013-\u2015])/) : [p]))
  const all = parts.flatMap((part, i) => (isDash(part) ? [i] : []))
  const some = all.length <= MOST_DASHES ? all : all.filter((i) => isLead(parts, i))
  if (some.length > MOST_DASHES) return undefined
  let variants: Pattern[] = [[]]
  for (const [i, part] of parts.entries()) {
    const choices: Pattern = some.includes(i) ? DASHES : [part]
    variants = variants.flatMap((before) => choices.map((choice): Pattern => [...before, choice]))
  }
  return variants
}

function isDash(part: Pattern[number]): boolean {
  return typeof part === 'string' && DASHES.includes(part)
}

/** Parts around a dash are what was cut there: text (also empty), or wildcards. */
function isLead(parts: Pattern, at: number): boolean {
  const [before, behind] = [parts[at - 1], parts[at + 1]]
  return (
    !(typeof before === 'string' && /[\p{L}\p{N}_]$/u.test(before)) &&
    (typeof behind !== 'string' || /^[\p{L}\p{N}_]/u.test(behind))
  )
}

/** The bytes of a text: UTF-8 unless said; `utf16` is UTF-16LE after a byte order mark. */
export function bytesOf(text: string, encoding: Encoding | undefined): Buffer {
  if (encoding === undefined) return Buffer.from(text, 'utf8')
  const little = Buffer.from(encoding === 'utf16' ? `\ufeff${text}` : text, 'utf16le')
  return encoding === 'utf16be' ? little.swap16() : little
}

/** The value's bytes as text, one character a byte; wildcards stay what they are. */
export function encodedPattern(pattern: Pattern, encoding: Encoding): Pattern {
  if (encoding !== 'utf16') return pattern.map((p) => (typeof p === 'string' ? latin1(p, encoding) : p))
  return [latin1('', encoding), ...encodedPattern(pattern, 'utf16le')]
}

function latin1(text: string, encoding: Encoding): string {
  return bytesOf(text, encoding).toString('latin1')
}

/** `base64`; without the padding where the pattern goes on after it (there, more may follow). */
export function base64(bytes: Buffer, goesOn: boolean): string {
  const text = bytes.toString('base64')
  return goesOn ? text.replace(/=+$/, '') : text
}

const FIRST = [0, 2, 3]
/** Characters at the end that depend on what follows, by bytes beyond a multiple of three. */
const LAST = [0, 3, 2]

/**
 * `base64offset`: what of the value's Base64 is the same whatever stands before and after it, for each of the three places
 * where it can begin. None is empty: a single byte has two such texts only.
 */
export function base64Offsets(bytes: Buffer): readonly string[] {
  const variants = FIRST.map((start, shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64')
    return text.slice(start, text.length - LAST[(bytes.length + shift) % 3]!)
  })
  return [...new Set(variants.filter((v) => v !== ''))]
}
