import type { FieldRef } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import { layout, type PlanTables } from '../scan/index.ts'
import type { Cost, Cover, Probe } from './cover.ts'

/** Texts as lines hold them: JSON-escaped, UTF-8, with the bit that folds case. One character a byte. */
function literalOf(text: string): string {
  const known = literals.get(text)
  if (known !== undefined) return known
  if (literals.size >= MOST_LITERALS) literals.clear()
  const made = makeLiteral(text)
  literals.set(text, made)
  return made
}

/** The same texts are asked about for every class of events. */
const literals = new Map<string, string>()
const MOST_LITERALS = 100_000

function makeLiteral(text: string): string {
  return foldBytes(JSON.stringify(text).slice(1, -1))
}

/** Of an event that names no other. */
const KIND = 'event'

function foldBytes(text: string): string {
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i++) bytes[i]! |= layout.FOLD & 0xff
  return bytes.toString('latin1')
}

interface Field {
  readonly slots: readonly number[]
  readonly present: number[]
  readonly terms: Map<string, number[]>
  readonly prefixes: Map<string, number[]>
  readonly suffixes: Map<string, number[]>
  readonly inside: Map<string, number[]>
  readonly short: Map<string, number[]>
  readonly beyond: number[]
  readonly insideBeyond: Map<string, number[]>
}

/** What numbers are printed with: such a text may stand in one that is written in another way. */
const NUMERIC = /^([0-9.e+-]+|-?i?n?f?i?n?i?t?y?)$/

/**
 * What the scan has to look for so that no rule is missed: of each rule the probes of its cheapest cover, by fields.
 * `slots` tells where the names of a field are kept, `cover` what was chosen of a filter; `stored`: keywords are sought in the
 * line as it is written too, and in the kind of an event.
 */
export function planTables(
  filters: ReadonlyMap<number, Filter>,
  cover: (filter: Filter) => Cover | undefined,
  slots: (field: FieldRef) => readonly number[],
  stored: boolean,
): PlanTables {
  const fields = new Map<string, Field>()
  const keywords = new Map<string, number[]>()
  const always: number[] = []
  let odd = layout.ODD_ASCII
  let oddKeywords = layout.ODD_ASCII

  const fieldOf = (ref: FieldRef): Field => {
    const key = ref.join('\n')
    const known = fields.get(key)
    if (known !== undefined) return known
    const made: Field = {
      slots: slots(ref),
      present: [],
      terms: new Map(),
      prefixes: new Map(),
      suffixes: new Map(),
      inside: new Map(),
      short: new Map(),
      beyond: [],
      insideBeyond: new Map(),
    }
    fields.set(key, made)
    return made
  }
  const file = (probe: Probe, id: number): void => {
    if (probe.kind === 'present') {
      add(fieldOf(probe.field).present, id)
      return
    }
    const literal = literalOf(probe.text)
    const ascii = ASCII.test(probe.text)
    if (probe.kind === 'keyword') {
      const texts = stored ? [literal, foldBytes(probe.text)] : [literal]
      if (texts.some((t) => t.length < LONG) || (stored && KIND.includes(probe.text))) add(always, id)
      else for (const text of texts) addTo(keywords, text, id)
      if (NUMERIC.test(probe.text)) oddKeywords |= layout.ODD_NUMBER
      if (!ascii) oddKeywords |= layout.ODD_OTHER
    } else {
      const field = fieldOf(probe.field)
      if (probe.kind === 'term') addTo(field.terms, literal, id)
      else if (probe.kind === 'prefix') addTo(field.prefixes, literal, id)
      else if (probe.kind === 'suffix') addTo(field.suffixes, literal, id)
      else if (!ascii) {
        if (literal.length < LONG) {
          add(field.beyond, id)
          return
        }
        addTo(field.insideBeyond, literal, id)
      } else if (literal.length < SHORT) add(field.present, id)
      else addTo(literal.length < LONG ? field.short : field.inside, literal, id)
      if (!ascii) odd |= layout.ODD_OTHER
    }
  }
  for (const [id, filter] of filters) {
    const chosen = cover(filter)
    if (chosen === undefined) always.push(id)
    else for (const probe of chosen.probes) file(probe, id)
  }
  return { odd, oddKeywords, always, keywords, fields: [...fields.values()] }
}

/** Texts of so many bytes are sought inside others; shorter ones by their pairs of bytes. */
const LONG = 4
const SHORT = 2

const ASCII = /^[\0-\x7f]*$/

/** What a probe costs the scan: texts that it cannot seek, and those that make it look at every byte. */
export function lineCost(cost: Cost): Cost {
  return (probe) => {
    if (probe.kind !== 'contains' && probe.kind !== 'keyword') return cost(probe)
    const { length } = literalOf(probe.text)
    if (probe.kind === 'keyword') return length < LONG ? 1 : cost(probe) + scanCost(length)
    if (!ASCII.test(probe.text)) return cost(probe)
    return length < SHORT ? cost({ kind: 'present', field: probe.field }) : cost(probe) + scanCost(length)
  }
}

/** What it costs that every byte, or every fourth, must be looked at. */
function scanCost(length: number): number {
  return length < 7 ? 0.02 : length < 11 ? 0.002 : 0
}

function addTo(map: Map<string, number[]>, text: string, id: number): void {
  const ids = map.get(text)
  if (ids === undefined) map.set(text, [id])
  else add(ids, id)
}

function add(ids: number[], id: number): void {
  if (ids.at(-1) !== id) ids.push(id)
}
