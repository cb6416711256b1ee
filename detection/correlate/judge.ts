import type { Hit } from './hit.ts'
import type { Plan } from './plan.ts'

/** A window whose condition holds. */
export interface Verdict {
  /** The first ones of the window, as many as are shown. */
  readonly hits: readonly Hit[]
  /** The last of the window. */
  readonly last: Hit
  readonly count: number
  readonly value: number
  /** When the condition turned true, milliseconds since 1970 UTC. */
  readonly at: number
  /** Datasets of all its events. */
  readonly datasets: readonly string[]
}

/** What bounds a judge. */
export interface JudgeOptions {
  readonly plan: Plan
  /** Hits kept at most. */
  readonly most: number
  /** Hits of a verdict that are handed over. */
  readonly shown: number
  /** Hits may come so much later than the newest, milliseconds. */
  readonly late: number
  readonly tell: (verdict: Verdict) => void
}

/** Judges the windows of one group. */
export interface Judge {
  /** Hits held. */
  readonly size: number
  /** The newest one judged. */
  readonly newest: Hit | undefined
  /** A hit that comes after all before it. */
  push(hit: Hit): void
  /** Hits, in order, that should have come earlier: windows that they lie in are judged again. How many could not be used. */
  insert(hits: readonly Hit[]): number
  /** No more hits are expected up to that time. */
  pass(time: number): void
  /** No more are expected at all: what waits for its end comes to it. */
  close(): void
  /** Whether a window waits for its end. */
  readonly isOpen: boolean
  save(): JudgeState
  load(state: JudgeState): void
}

/** Plain data. */
export interface JudgeState {
  readonly hits: readonly Hit[]
  readonly gauge: unknown
  readonly rest: unknown
}

/** How often something is in a window. */
export class Tally {
  #counts = new Map<string, number>()

  enter(names: readonly string[]): void {
    for (const name of names) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  leave(names: readonly string[]): void {
    for (const name of names) {
      const count = (this.#counts.get(name) ?? 0) - 1
      if (count > 0) this.#counts.set(name, count)
      else this.#counts.delete(name)
    }
  }

  clear(): void {
    this.#counts.clear()
  }

  get names(): readonly string[] {
    return [...this.#counts.keys()].sort()
  }

  save(): unknown {
    return [...this.#counts]
  }

  load(saved: unknown): void {
    this.#counts = new Map(saved as [string, number][])
  }
}
