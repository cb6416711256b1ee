import type { Question } from './classes.ts'
import type { Covers, Part, Parts, Place } from './covers.ts'

/** Questions filed by the places where their covers are sought. */
export class Filing {
  /** Rules without a cover. */
  readonly always: readonly number[]
  readonly #places = new Map<Place, readonly Part[]>()

  constructor(questions: readonly Question[], covers: Covers) {
    const always: number[] = []
    const places = new Map<Place, Part[]>()
    for (const question of questions) {
      const parts = covers.of(question)
      if (parts === undefined) {
        always.push(question.rule)
        continue
      }
      for (const part of parts) {
        const there = places.get(part.place)
        if (there === undefined) places.set(part.place, [part])
        else there.push(part)
      }
    }
    this.always = always
    this.#places = places
  }

  get places(): Iterable<Place> {
    return this.#places.keys()
  }

  /** What is sought there. */
  at(place: Place): readonly Part[] {
    return this.#places.get(place) ?? []
  }

  /** The same text for the same parts at a place. */
  keyAt(place: Place): string {
    let key = ''
    for (const { id } of this.at(place)) key += `${id} `
    return key
  }

  has(parts: readonly Part[]): boolean {
    return parts.every((p) => this.at(p.place).includes(p))
  }

  /** Files a rule under other parts; the places where something is different now. */
  replace(rule: number, parts: NonNullable<Parts>): ReadonlySet<Place> {
    const changed = new Set<Place>()
    for (const [place, there] of this.#places) {
      if (!there.some((p) => p.rule === rule)) continue
      changed.add(place)
      this.#places.set(
        place,
        there.filter((p) => p.rule !== rule),
      )
    }
    for (const part of parts) {
      changed.add(part.place)
      this.#places.set(part.place, [...this.at(part.place), part])
    }
    return changed
  }
}
