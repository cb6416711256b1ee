import type { FieldRef, StoredEvent } from '../core/event.ts'
import type { CompiledRule } from './compile.ts'
import { compileOnFacts, type FactTest } from './matcher/compileOnFacts.ts'
import { coverOf, type Probe } from './matcher/cover.ts'
import { Facts } from './matcher/facts.ts'
import { createFieldIndex, emptyProbes, type FieldIndex, type FieldProbes } from './matcher/fieldIndex.ts'

/** Tells which rules an event matches: their numbers in the list given to `createMatcher`, ascending. Never throws. */
export interface Matcher {
  ofStored(event: StoredEvent): readonly number[]
  /** Any parsed JSON object. */
  ofJson(object: object): readonly number[]
}

const NONE: readonly number[] = []

/** What a matcher needs of a rule. */
export type Matchable = Pick<CompiledRule, 'filter' | 'routing'>

/**
 * A matcher over many rules. Each rule is filed under a cover: cheap probes of which one must hit (cover.ts); only rules
 * hit, and those without a cover, are asked in full. The answers are those of the plain evaluator.
 */
export function createMatcher(rules: readonly Matchable[]): Matcher {
  return new IndexedMatcher(rules)
}

interface Candidate {
  readonly holds: FactTest
  /** Index among the distinct routings. */
  readonly route: number
}

class IndexedMatcher implements Matcher {
  readonly #facts = new Facts()
  readonly #rules: readonly Candidate[]
  readonly #routes: readonly FactTest[]
  readonly #routeKnown: number[]
  readonly #routeHolds: boolean[]
  /** Rules to ask about every event. */
  readonly #always: readonly number[]
  /** Per slot, the indices of the fields that have it among their places. */
  readonly #bySlot: readonly (readonly { readonly slots: readonly number[]; readonly index: FieldIndex }[])[]
  /** Rules by the number of the keyword they are filed under, and their routings. */
  readonly #byKeyword: readonly (readonly number[])[]
  readonly #keywordRoutes: readonly number[]
  readonly #marked: number[]
  readonly #candidates: number[] = []
  readonly #mark: (id: number) => void
  #epoch = 0

  constructor(rules: readonly Matchable[]) {
    const facts = this.#facts
    const routes = new Map<string, { readonly at: number; readonly test: FactTest }>()
    this.#rules = rules.map(({ filter, routing }) => {
      const key = JSON.stringify(routing, (_, v) => (typeof v === 'symbol' ? v.toString() : v))
      const route = routes.get(key) ?? { at: routes.size, test: compileOnFacts(routing, facts) }
      routes.set(key, route)
      return { holds: compileOnFacts(filter, facts), route: route.at }
    })
    this.#routes = [...routes.values()].map((r) => r.test)
    this.#routeKnown = this.#routes.map(() => 0)
    this.#routeHolds = this.#routes.map(() => false)
    this.#marked = rules.map(() => 0)
    this.#mark = (id) => {
      if (this.#marked[id] === this.#epoch) return
      this.#marked[id] = this.#epoch
      this.#candidates.push(id)
    }
    const filed = file(rules)
    this.#always = filed.always
    const byKeyword: number[][] = []
    for (const [text, ids] of filed.keywords) byKeyword[facts.keywords.add(text)] = ids
    this.#byKeyword = byKeyword
    this.#keywordRoutes = [...new Set([...filed.keywords.values()].flat().map((id) => this.#rules[id]!.route))]
    const bySlot: { slots: readonly number[]; index: FieldIndex }[][] = []
    for (const { field, probes } of filed.fields.values()) {
      const entry = { slots: facts.slots(field), index: createFieldIndex(probes) }
      for (const slot of entry.slots) {
        bySlot[slot] ??= []
        bySlot[slot].push(entry)
      }
    }
    this.#bySlot = bySlot
  }

  ofStored(event: StoredEvent): readonly number[] {
    this.#facts.readStored(event)
    return this.#match()
  }

  ofJson(object: object): readonly number[] {
    this.#facts.readJson(object)
    return this.#match()
  }

  #match(): readonly number[] {
    this.#epoch++
    const facts = this.#facts
    this.#candidates.length = 0
    for (const id of this.#always) this.#mark(id)
    for (const slot of facts.touched) {
      const entries = this.#bySlot[slot]
      if (entries === undefined) continue
      for (const { slots, index } of entries) if (facts.first(slots) === slot) index.probe(facts, slot, this.#mark)
    }
    if (this.#keywordRoutes.some((route) => this.#routed(route))) {
      for (const keyword of facts.keywords.found()) {
        const ids = this.#byKeyword[keyword]
        if (ids !== undefined) for (const id of ids) this.#mark(id)
      }
    }
    let found: number[] | undefined
    for (const id of this.#candidates) {
      const rule = this.#rules[id]!
      if (!this.#routed(rule.route) || !rule.holds()) continue
      if (found === undefined) found = [id]
      else found.push(id)
    }
    return found === undefined ? NONE : found.length === 1 ? found : found.sort((a, b) => a - b)
  }

  #routed(route: number): boolean {
    if (this.#routeKnown[route] !== this.#epoch) {
      this.#routeKnown[route] = this.#epoch
      this.#routeHolds[route] = this.#routes[route]!()
    }
    return this.#routeHolds[route]!
  }
}

interface Filed {
  readonly always: number[]
  readonly keywords: Map<string, number[]>
  readonly fields: Map<string, { readonly field: FieldRef; readonly probes: FieldProbes }>
}

/** Files each rule under the probes of its cover. */
function file(rules: readonly Matchable[]): Filed {
  const filed: Filed = { always: [], keywords: new Map(), fields: new Map() }
  for (const [id, rule] of rules.entries()) {
    const cover = coverOf(rule.filter)
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
  if (probe.kind === 'present') {
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
