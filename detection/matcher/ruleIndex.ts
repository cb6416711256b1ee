import type { Part, Place } from './covers.ts'
import type { Facts, Slots } from './facts.ts'
import { createFieldIndex, emptyProbes, type FieldIndex } from './fieldIndex.ts'
import type { Filing } from './filing.ts'
import { addRule, fileRule } from './ruleLists.ts'

interface Field {
  readonly slots: Slots
  readonly index: FieldIndex
}

/** Indexes of fields by what is sought in them: plans have most of it in common. */
export type FieldIndexes = Map<Place, Map<string, Field>>

/** Finds the rules that the event which the facts hold may match: of a filing those hit, and those without a cover. */
export class RuleIndex {
  readonly #filing: Filing
  readonly #known: FieldIndexes
  readonly #facts: Facts
  readonly #fields = new Map<Place, Field>()
  /** The values of `#fields`: going through a list is faster. */
  #list: readonly Field[] = []
  #byKeyword = new Map<number, readonly number[]>()

  constructor(filing: Filing, known: FieldIndexes, facts: Facts) {
    this.#filing = filing
    this.#known = known
    this.#facts = facts
    this.renew(filing.places)
  }

  /** Looks again at what is filed under these places. */
  renew(places: Iterable<Place>): void {
    for (const place of places) {
      if (place.field === undefined) this.#byKeyword = this.#keywordsOf(this.#filing.at(place))
      else this.#fields.set(place, this.#fieldAt(place))
    }
    this.#list = [...this.#fields.values()]
  }

  /** Reports (also repeatedly) the numbers of the rules. */
  candidates(found: (rule: number) => void): void {
    const facts = this.#facts
    for (const rule of this.#filing.always) found(rule)
    for (const { slots, index } of this.#list) {
      const slot = facts.first(slots)
      if (slot >= 0) index.probe(facts, slot, found)
    }
    if (this.#byKeyword.size === 0) return
    for (const keyword of facts.keywords.found()) {
      const rules = this.#byKeyword.get(keyword)
      if (rules !== undefined) for (const rule of rules) found(rule)
    }
  }

  #keywordsOf(parts: readonly Part[]): Map<number, readonly number[]> {
    const rules = new Map<string, number[]>()
    for (const { rule, probes } of parts)
      for (const probe of probes) if (probe.kind === 'keyword') fileRule(rules, probe.text, rule)
    return new Map([...rules].map(([text, ids]) => [this.#facts.keywords.add(text), ids]))
  }

  #fieldAt(place: Place): Field {
    const known = this.#known.get(place) ?? new Map<string, Field>()
    this.#known.set(place, known)
    const key = this.#filing.keyAt(place)
    const made = known.get(key) ?? {
      slots: this.#facts.slots(place.field!),
      index: createFieldIndex(probesOf(this.#filing.at(place))),
    }
    known.set(key, made)
    return made
  }
}

function probesOf(parts: readonly Part[]) {
  const probes = emptyProbes()
  const { terms: term, prefixes: prefix, suffixes: suffix, inside: contains, present } = probes
  const maps = { term, prefix, suffix, contains }
  for (const { rule, probes: sought } of parts) {
    for (const probe of sought) {
      // A single character is in too many texts to look for it.
      if (
        probe.kind === 'present' ||
        probe.kind === 'keyword' ||
        (probe.kind === 'contains' && probe.text.length < 2)
      ) {
        addRule(present, rule)
      } else fileRule(maps[probe.kind], probe.text, rule)
    }
  }
  return probes
}
