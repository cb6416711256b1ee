import type { FieldRef } from '../../core/event.ts'
import type { Question } from './classes.ts'
import { type Cost, coverOf, type Probe } from './cover.ts'
import { probeKey } from './rates.ts'

/** Where probes are sought: in a field, or as keywords (`undefined`) in all of an event. The same object for the same. */
export interface Place {
  readonly field: FieldRef | undefined
}

/** The probes of a rule's cover that are sought in one place. Numbered: two of the same number are one. */
export interface Part {
  readonly id: number
  readonly rule: number
  readonly place: Place
  readonly probes: readonly Probe[]
}

/** The cover by places; `undefined` where a question has none: its rule is always a candidate. */
export type Parts = readonly Part[] | undefined

/** Which cover stands for each question: chosen once, by guess, until it is chosen anew. */
export class Covers {
  readonly #cost: Cost
  readonly #parts = new WeakMap<Question, { readonly parts: Parts }>()
  readonly #byRef = new Map<FieldRef, Place>()
  readonly #byNames = new Map<string, Place>()
  readonly #keywords: Place = { field: undefined }
  #count = 0

  /** `cost`: what is feared of probes. */
  constructor(cost: Cost) {
    this.#cost = cost
  }

  of(question: Question): Parts {
    return (this.#parts.get(question) ?? this.#choose(question, this.#cost)).parts
  }

  /** How many probes its cover has. */
  sizeOf(question: Question): number {
    return this.of(question)?.reduce((sum, { probes }) => sum + probes.length, 0) ?? 0
  }

  /** Chooses by that cost, for all who ask from now on; the same parts where they remain the same. */
  chooseAnew(question: Question, cost: Cost): Parts {
    const before = this.#parts.get(question)
    const now = this.#choose(question, cost)
    if (before === undefined || keyOf(before.parts) !== keyOf(now.parts)) return now.parts
    this.#parts.set(question, before)
    return before.parts
  }

  #choose(question: Question, cost: Cost): { readonly parts: Parts } {
    const cover = coverOf(question.filter, cost)
    const chosen = { parts: cover === undefined ? undefined : this.#byPlaces(question.rule, cover.probes) }
    this.#parts.set(question, chosen)
    return chosen
  }

  #byPlaces(rule: number, probes: readonly Probe[]): readonly Part[] {
    const parts: (Part & { readonly probes: Probe[] })[] = []
    let last: (typeof parts)[number] | undefined
    for (const probe of probes) {
      const place = this.#placeOf(probe)
      if (last?.place !== place) last = parts.find((p) => p.place === place)
      if (last === undefined) {
        last = { id: this.#count++, rule, place, probes: [] }
        parts.push(last)
      }
      last.probes.push(probe)
    }
    return parts
  }

  #placeOf(probe: Probe): Place {
    if (probe.kind === 'keyword') return this.#keywords
    const { field } = probe
    const known = this.#byRef.get(field)
    if (known !== undefined) return known
    const names = field.join('\n')
    const place = this.#byNames.get(names) ?? { field }
    this.#byNames.set(names, place)
    this.#byRef.set(field, place)
    return place
  }
}

function keyOf(parts: Parts): string {
  return parts?.map((p) => p.probes.map(probeKey).join('\n\n')).join('\n\n\n') ?? ''
}
