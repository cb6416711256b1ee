import { type Cost, guess, type Probe } from './cover.ts'

/** A guess counts as much as so many events: those that are learnt from are of few kinds. */
const GUESS = 64

/** How often each probe that was tried has hit; what was not tried is guessed. */
export class Rates {
  readonly #tried = new Map<string, { readonly hits: number; readonly of: number }>()

  /** Adds how many of so many events a probe has hit. */
  add(probe: Probe, hits: number, of: number): void {
    const key = probeKey(probe)
    const known = this.#tried.get(key)
    this.#tried.set(key, { hits: hits + (known?.hits ?? 0), of: of + (known?.of ?? 0) })
  }

  readonly cost: Cost = (probe) => {
    const known = this.#tried.size === 0 ? undefined : this.#tried.get(probeKey(probe))
    if (known === undefined) return guess(probe)
    return (known.hits + GUESS * guess(probe)) / (known.of + GUESS)
  }
}

/** The same text for the same probe. */
export function probeKey(probe: Probe): string {
  switch (probe.kind) {
    case 'keyword':
      return `keyword\n${probe.text}`
    case 'present':
      return `present\n${probe.field.join('\n')}`
    default:
      return `${probe.kind}\n${probe.text}\n${probe.field.join('\n')}`
  }
}
