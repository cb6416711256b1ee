import type { FieldRef } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import { type Cost, coverOf, type Probe } from './cover.ts'
import type { Facts, Slots } from './facts.ts'
import { createFieldIndex, emptyProbes, type FieldIndex, type FieldProbes } from './fieldIndex.ts'

/** Filters, each filed under a cover: cheap probes of which one must hit (cover.ts). */
export interface RuleIndex {
  /** Reports (also repeatedly) the numbers of the filters that the event at hand may match: those hit, those without a cover. */
  candidates(found: (id: number) => void): void
}

/** Files filters, by their numbers, for events that the facts hold; `cost` is what is known of probes. */
export function createRuleIndex(filters: ReadonlyMap<number, Filter>, facts: Facts, cost?: Cost): RuleIndex {
  const filed = file(filters, cost)
  const { always } = filed
  const fields: { readonly slots: Slots; readonly index: FieldIndex }[] = []
  for (const { field, probes } of filed.fields.values())
    fields.push({ slots: facts.slots(field), index: createFieldIndex(probes) })
  const byKeyword = new Map<number, readonly number[]>()
  for (const [text, ids] of filed.keywords) byKeyword.set(facts.keywords.add(text), ids)

  return {
    candidates(found) {
      for (const id of always) found(id)
      for (const { slots, index } of fields) {
        const slot = facts.first(slots)
        if (slot >= 0) index.probe(facts, slot, found)
      }
      if (byKeyword.size === 0) return
      for (const keyword of facts.keywords.found()) {
        const ids = byKeyword.get(keyword)
        if (ids !== undefined) for (const id of ids) found(id)
      }
    },
  }
}

interface Filed {
  readonly always: number[]
  readonly keywords: Map<string, number[]>
  readonly fields: Map<string, { readonly field: FieldRef; readonly probes: FieldProbes }>
}

function file(filters: ReadonlyMap<number, Filter>, cost: Cost | undefined): Filed {
  const filed: Filed = { always: [], keywords: new Map(), fields: new Map() }
  for (const [id, filter] of filters) {
    const cover = coverOf(filter, cost)
    if (cover === undefined) filed.always.push(id)
    else for (const probe of cover.probes) fileUnder(filed, probe, id)
  }
  return filed
}

function fileUnder(filed: Filed, probe: Probe, id: number): void {
  if (probe.kind === 'keyword') {
    add(filed.keywords, probe.text, id)
    return
  }
  const key = probe.field.join('\n')
  const entry = filed.fields.get(key) ?? { field: probe.field, probes: emptyProbes() }
  filed.fields.set(key, entry)
  const { probes } = entry
  // A single character is in too many texts to look for it.
  if (probe.kind === 'present' || (probe.kind === 'contains' && probe.text.length < 2)) {
    if (probes.present.at(-1) !== id) probes.present.push(id)
  } else {
    const map = { term: probes.terms, prefix: probes.prefixes, suffix: probes.suffixes, contains: probes.inside }
    add(map[probe.kind], probe.text, id)
  }
}

function add(map: Map<string, number[]>, text: string, id: number): void {
  const ids = map.get(text)
  if (ids === undefined) map.set(text, [id])
  else if (ids.at(-1) !== id) ids.push(id)
}
