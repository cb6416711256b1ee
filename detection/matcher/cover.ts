import { textOf } from '../../core/evaluate.ts'
import type { FieldRef, Scalar } from '../../core/event.ts'
import type { Filter, Leaf, Pattern } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { tidyPattern } from '../../core/pattern.ts'
import { BETWEEN } from './keywords.ts'
import { requiredTexts } from './regexLiteral.ts'

/** Something cheap to look for in an event; texts are folded. */
export type Probe =
  | { readonly kind: 'term' | 'prefix' | 'suffix' | 'contains'; readonly field: FieldRef; readonly text: string }
  | { readonly kind: 'present'; readonly field: FieldRef }
  | { readonly kind: 'keyword'; readonly text: string }

/** Probes of which at least one hits every event that the filter holds for. `cost`: how often some hit is feared. */
export interface Cover {
  readonly cost: number
  readonly probes: readonly Probe[]
}

/** How often a probe is feared to hit, from 0 to 1. */
export type Cost = (probe: Probe) => number

/** The cheapest cover that the tree shows, `undefined` if it has none (it may hold for an event without any text). */
export function coverOf(filter: Filter, cost: Cost = guess): Cover | undefined {
  const probes: Probe[] = []
  const sum = addCover(filter, cost, probes)
  return sum === undefined ? undefined : { cost: sum, probes }
}

/** Adds the probes of the cheapest cover; its cost, `undefined` (with some probes added) if there is none. */
function addCover(filter: Filter, cost: Cost, probes: Probe[]): number | undefined {
  switch (filter.op) {
    case 'all':
      return undefined
    case 'none':
      return 0
    case 'and':
      return addCheapest(filter.of, probes, (f, into) => addCover(f, cost, into))
    case 'or': {
      let sum = 0
      for (const f of filter.of) {
        const one = addCover(f, cost, probes)
        if (one === undefined) return undefined
        sum += one
      }
      return sum
    }
    case 'not':
      return filter.of.op === 'null' ? addAll([present(filter.of.field)], cost, probes) : undefined
    case 'term':
      return addAll([termProbe(filter.field, filter.value)], cost, probes)
    case 'prefix':
    case 'suffix':
    case 'contains':
      return addAll([textProbe(filter.op, filter.field, filter.value)], cost, probes)
    default:
      return addCheapest(leafProbes(filter), probes, (some, into) => addAll(some, cost, into))
  }
}

/** Adds the probes of the alternative that costs least. */
function addCheapest<T>(
  alternatives: readonly T[],
  probes: Probe[],
  add: (alternative: T, probes: Probe[]) => number | undefined,
): number | undefined {
  let best: readonly Probe[] = []
  let least: number | undefined
  for (const alternative of alternatives) {
    const some: Probe[] = []
    const cost = add(alternative, some)
    if (cost === undefined || (least !== undefined && cost >= least)) continue
    least = cost
    best = some
  }
  for (const probe of best) probes.push(probe)
  return least
}

function addAll(some: readonly Probe[], cost: Cost, probes: Probe[]): number {
  let sum = 0
  for (const probe of some) {
    sum += cost(probe)
    probes.push(probe)
  }
  return sum
}

/** Every probe that some cover of the filter may be made of. */
export function probesOf(filter: Filter): readonly Probe[] {
  switch (filter.op) {
    case 'all':
    case 'none':
      return []
    case 'and':
    case 'or':
      return filter.of.flatMap(probesOf)
    case 'not':
      return filter.of.op === 'null' ? [present(filter.of.field)] : []
    default:
      return leafProbes(filter).flat()
  }
}

/** Sets of probes of which each covers the leaf. */
function leafProbes(leaf: Leaf): readonly (readonly Probe[])[] {
  switch (leaf.op) {
    case 'null':
      return []
    case 'term':
      return [[termProbe(leaf.field, leaf.value)]]
    case 'in':
      return [leaf.values.map((v) => termProbe(leaf.field, v))]
    case 'prefix':
    case 'suffix':
    case 'contains':
      return [[textProbe(leaf.op, leaf.field, leaf.value)]]
    case 'wildcard':
      return wildcardProbes(leaf.field, leaf.pattern).map((p) => [p])
    case 'regex': {
      const required = requiredTexts(leaf.pattern, leaf.flags)?.sets ?? []
      const probes = required.map((texts) => texts.map((t) => textProbe('contains', leaf.field, t)))
      return [...probes.filter((some) => some.every((p) => p.kind === 'contains')), [present(leaf.field)]]
    }
    case 'keyword': {
      const { pattern, flags } = leaf.regex ?? { pattern: '', flags: '' }
      const required = requiredTexts(pattern, flags)?.sets ?? []
      return [[leaf.pattern], ...required.map((texts) => texts.map((t): Pattern => [t]))].flatMap((patterns) => {
        const texts = patterns.map(keywordLiteral)
        return texts.includes(undefined) ? [] : [texts.map((text): Probe => ({ kind: 'keyword', text: text! }))]
      })
    }
    default:
      return [[present(leaf.field)]]
  }
}

/** The text, folded, that stands wherever a keyword of that pattern does; `undefined` if none is long enough. */
export function keywordLiteral(pattern: Pattern): string | undefined {
  const literal = longestText(pattern)
  return literal.length >= 2 && literal.isWellFormed() && !literal.includes(BETWEEN) ? fold(literal) : undefined
}

function present(field: FieldRef): Probe {
  return { kind: 'present', field }
}

function termProbe(field: FieldRef, value: NonNullable<Scalar>): Probe {
  return { kind: 'term', field, text: fold(textOf(value)) }
}

function textProbe(kind: 'prefix' | 'suffix' | 'contains', field: FieldRef, literal: string): Probe {
  // Half a character could be folded differently with its other half; such texts are not looked for.
  return literal === '' || !literal.isWellFormed() ? present(field) : { kind, field, text: fold(literal) }
}

function wildcardProbes(field: FieldRef, written: Pattern): readonly Probe[] {
  const pattern = tidyPattern(written)
  const [head, tail] = [pattern[0], pattern.at(-1)]
  const probes = [textProbe('contains', field, longestText(pattern))]
  if (typeof head === 'string') probes.push(textProbe('prefix', field, head))
  if (typeof tail === 'string') probes.push(textProbe('suffix', field, tail))
  return probes
}

/** The longest plain text in a pattern. */
export function longestText(pattern: Pattern): string {
  return tidyPattern(pattern).reduce<string>((a, b) => (typeof b === 'string' && b.length > a.length ? b : a), '')
}

/** How telling a text of that kind is, compared with one in any place. */
const WEIGHT = { prefix: 2, suffix: 1, contains: 1 } as const

/** What is feared of a probe that was never tried. */
export function guess(probe: Probe): number {
  if (probe.kind === 'present') return 0.6
  const { kind, text } = probe
  if (kind === 'keyword') return 0.2 + 2 / text.length ** 2
  if (isTypical(kind, text)) return 0.2
  if (kind === 'term') return SHORT_TERM.test(text) ? 0.15 : WORDS.test(text) ? 0.05 : 0.3 / (text.length + 2) ** 2
  return Math.min(0.5, (WEIGHT[kind] * 1.5) / text.length ** 2) / (ASCII.test(text) ? 1 : 8)
}

/** Values that stand in a great many events. */
const TYPICAL = [
  'c:\\windows\\system32\\cmd.exe',
  'c:\\windows\\system32\\svchost.exe',
  'c:\\windows\\system32\\services.exe',
  'c:\\windows\\system32\\rundll32.exe',
  'c:\\windows\\system32\\windowspowershell\\v1.0\\powershell.exe',
  'c:\\windows\\syswow64\\cmd.exe',
  'c:\\windows\\explorer.exe',
  'c:\\program files\\',
  'c:\\program files (x86)\\',
  'c:\\users\\administrator\\appdata\\local\\temp\\',
  'c:\\programdata\\',
  'nt authority\\system',
  'microsoft corporation',
  'cmd.exe /c',
  'powershell.exe',
  '/usr/bin/bash',
  '/bin/sh',
  'https://',
]

const ALL_TYPICAL = TYPICAL.join('\n')

function isTypical(kind: 'term' | 'prefix' | 'suffix' | 'contains', text: string): boolean {
  if (!ALL_TYPICAL.includes(text)) return false
  return TYPICAL.some((typical) =>
    kind === 'term'
      ? typical === text
      : kind === 'prefix'
        ? typical.startsWith(text)
        : kind === 'suffix'
          ? typical.endsWith(text)
          : typical.includes(text),
  )
}

const ASCII = /^[\0-\x7f]*$/

/** Numbers, flags and fillers that many events share. */
const SHORT_TERM = /^(\d{1,5}|true|false|-)$/
const WORDS = /^[a-z ]+$/
