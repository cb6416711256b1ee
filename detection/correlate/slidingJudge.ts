import type { Gauge } from './gauge.ts'
import { firstSince, type Hit, mergeInto } from './hit.ts'
import { type Judge, type JudgeOptions, type JudgeState, Tally } from './judge.ts'

/** Where the condition turned true: numbers of the window's first hit and its last. */
interface Turn {
  readonly at: number
  readonly begin: number
  readonly value: number
  readonly datasets: readonly string[]
}

/**
 * Judges windows that end at each hit: t - timespan <= e <= t. It tells when the condition turns true at a hit, and again
 * only after it was false, be it between two hits while events left the window.
 *
 * A stretch of time in which the condition holds is told once. A hit that comes too late can begin, prolong or join such
 * stretches; after it, one is told unless something in it was told before.
 */
export class SlidingJudge implements Judge {
  readonly #options: JudgeOptions
  readonly #most: number
  /** In order; every one that a window may still ask for. */
  #hits: Hit[] = []
  /** The number of the first that lies in the window of the last. */
  #begin = 0
  #gauge: Gauge
  readonly #datasets = new Tally()
  /** The condition was false since it was last true. */
  #armed = true
  /** The same, before the first hit kept. */
  #armedBefore = true
  /** The last one that was dropped, for there were too many. */
  #dropped: Hit | undefined
  #trimAt = 64

  constructor(options: JudgeOptions) {
    this.#options = options
    this.#most = Math.max(options.most, Math.ceil(options.plan.needs * 1.5))
    this.#gauge = options.plan.gauge(this.#most)
  }

  get size(): number {
    return this.#hits.length
  }

  get newest(): Hit | undefined {
    return this.#hits.at(-1)
  }

  readonly isOpen = false

  push(hit: Hit): void {
    this.#hits.push(hit)
    if (this.#step(this.#hits.length - 1)) this.#tell(this.#turnAt(this.#hits.length - 1))
    if (this.#hits.length >= this.#trimAt) this.#trim()
  }

  insert(hits: readonly Hit[]): number {
    const dropped = this.#dropped
    // Where something in its window is not kept any more, it could not be judged.
    const usable = dropped === undefined ? hits : hits.filter((h) => h.time - this.#options.plan.span > dropped.time)
    if (usable.length > 0) {
      this.#replay(mergeInto(this.#hits, usable))
      this.#trim()
    }
    return hits.length - usable.length
  }

  pass(): void {
    // Windows end at hits.
  }

  close(): void {
    // Windows end at hits.
  }

  save(): JudgeState {
    const rest = [
      this.#begin,
      this.#armed,
      this.#armedBefore,
      this.#dropped ?? null,
      this.#trimAt,
      this.#datasets.save(),
    ]
    return { hits: this.#hits, gauge: this.#gauge.save(), rest }
  }

  load({ hits, gauge, rest }: JudgeState): void {
    this.#hits = [...hits]
    this.#gauge.load(gauge)
    const [begin, armed, armedBefore, dropped, trimAt, datasets] = rest as [
      number,
      boolean,
      boolean,
      Hit | null,
      number,
      unknown,
    ]
    this.#datasets.load(datasets)
    this.#begin = begin
    this.#armed = armed
    this.#armedBefore = armedBefore
    this.#dropped = dropped ?? undefined
    this.#trimAt = trimAt
  }

  /** Lets the hit of that number enter; whether the condition turns true at it. */
  #step(at: number): boolean {
    const hit = this.#hits[at]!
    const since = hit.time - this.#options.plan.span
    this.#leaveBefore(since, at)
    if (!this.#armed && !this.#gauge.holds(since)) this.#armed = true
    this.#enter(hit)
    const holds = this.#gauge.holds(since)
    const turns = holds && this.#armed
    this.#armed = !holds
    hit.armed = this.#armed
    return turns
  }

  /** Lets hits before that time leave, those of one moment together, and looks whether the condition is false in between. */
  #leaveBefore(since: number, end: number): void {
    while (this.#begin < end) {
      const { time } = this.#hits[this.#begin]!
      if (time >= since) return
      do this.#leave()
      while (this.#begin < end && this.#hits[this.#begin]!.time === time)
      if (!this.#armed && !this.#gauge.holds(time + 1)) this.#armed = true
    }
  }

  /** Judges again from the hit of that number on. */
  #replay(from: number): void {
    const { plan } = this.#options
    const before = this.#hits[from - 1]
    this.#armed = before === undefined ? this.#armedBefore : before.armed
    this.#gauge = plan.gauge(this.#most)
    this.#datasets.clear()
    this.#begin = before === undefined ? 0 : firstSince(this.#hits, before.time - plan.span)
    for (let at = this.#begin; at < from; at++) this.#enter(this.#hits[at]!)
    let turned: Turn | undefined
    let wasTold = true
    const settle = () => {
      if (turned !== undefined && !wasTold) this.#tell(turned)
      turned = undefined
    }
    for (let at = from; at < this.#hits.length; at++) {
      const hit = this.#hits[at]!
      if (this.#step(at)) {
        settle()
        turned = this.#turnAt(at)
        wasTold = false
      } else if (this.#armed) settle()
      if (hit.told) wasTold = true
    }
    settle()
  }

  #enter(hit: Hit): void {
    this.#gauge.enter(hit)
    this.#datasets.enter(hit.datasets)
  }

  /** The first one of the window leaves it. */
  #leave(): void {
    const hit = this.#hits[this.#begin++]!
    this.#gauge.leave(hit)
    this.#datasets.leave(hit.datasets)
  }

  #turnAt(at: number): Turn {
    const value = this.#gauge.value(this.#hits[at]!.time - this.#options.plan.span)
    return { at, begin: this.#begin, value, datasets: this.#datasets.names }
  }

  #tell({ at, begin, value, datasets }: Turn): void {
    const last = this.#hits[at]!
    const first = this.#hits[begin]!
    last.told = true
    if (first.used) return
    first.used = true
    const { shown, tell } = this.#options
    const hits = this.#hits.slice(begin, Math.min(at + 1, begin + shown))
    tell({ hits, last, count: at + 1 - begin, value, at: last.time, datasets })
  }

  /** Drops what no window can ask for any more; and the oldest, where there are too many. */
  #trim(): void {
    const { plan, late } = this.#options
    const newest = this.#hits.at(-1)
    if (newest === undefined) return
    const old = Math.min(this.#begin, firstSince(this.#hits, newest.time - plan.span - late))
    const tooMany = this.#hits.length > this.#most ? this.#hits.length - Math.ceil(this.#most * 0.75) : 0
    const drop = Math.max(old, tooMany)
    if (drop > 0) {
      this.#armedBefore = this.#hits[drop - 1]!.armed
      if (drop > old) this.#dropped = this.#hits[drop - 1]
      while (this.#begin < drop) this.#leave()
      this.#hits.splice(0, drop)
      this.#begin -= drop
    }
    this.#trimAt = Math.min(this.#most + 1, Math.max(64, this.#hits.length * 2))
  }
}
