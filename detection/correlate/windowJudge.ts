import type { Gauge } from './gauge.ts'
import { type Hit, mergeInto, order } from './hit.ts'
import { type Judge, type JudgeOptions, type JudgeState, Tally } from './judge.ts'

/**
 * Judges windows at their end: each begins at the first hit that is in none before and takes in what comes within the
 * timespan. A hit that comes too late moves the windows from there on; one that holds is told unless a hit in it was.
 *
 * Of a window with more hits than are kept, the first ones are kept and the others counted.
 */
export class WindowJudge implements Judge {
  readonly #options: JudgeOptions
  /** In order; those of windows that can still change, of the one that is open last. */
  #hits: Hit[] = []
  /** The number of the first of the window that is open; -1: none is. */
  #begin = -1
  /** Of the open window: what was counted, its last hit, and whether one of its hits was told. */
  #count = 0
  #last: Hit | undefined
  #isTold = false
  #gauge: Gauge
  readonly #datasets = new Tally()
  /** No more hits are expected before this. */
  #passed = Number.NEGATIVE_INFINITY
  /** The newest one that is not kept, for there are too many. */
  #dropped: Hit | undefined
  #newest: Hit | undefined
  #trimAt = 64

  constructor(options: JudgeOptions) {
    this.#options = options
    this.#gauge = options.plan.gauge(options.most)
  }

  get size(): number {
    return this.#hits.length
  }

  get newest(): Hit | undefined {
    return this.#newest
  }

  get isOpen(): boolean {
    return this.#begin >= 0
  }

  push(hit: Hit): void {
    this.#newest = hit
    const began = this.isOpen ? -1 : this.#hits.findLastIndex((h) => h.opens)
    this.#hits.push(hit)
    // It may lie in a window that was judged already, for nothing came for long.
    if (began >= 0 && hit.time <= this.#endOf(began) && !this.#isDropped(this.#hits[began]!)) this.#replay(began)
    else this.#take(this.#hits.length - 1)
  }

  insert(hits: readonly Hit[]): number {
    let unused = 0
    const usable: Hit[] = []
    for (const hit of hits) {
      if (!this.#isDropped(hit)) usable.push(hit)
      else if (this.isOpen && order(hit, this.#hits[this.#begin]!) > 0) this.#enter(hit)
      else unused++
    }
    if (usable.length > 0) {
      const from = mergeInto(this.#hits, usable)
      if (this.#begin >= from) this.#begin += usable.length
      let began = from - 1
      while (began >= 0 && !this.#hits[began]!.opens) began--
      this.#replay(began >= 0 && this.#hits[from]!.time <= this.#endOf(began) ? began : from)
    }
    return unused
  }

  pass(time: number): void {
    this.#passed = Math.max(this.#passed, time)
    this.#judgePassed()
    this.#trim()
  }

  close(): void {
    if (this.isOpen) this.#judge()
  }

  save(): JudgeState {
    const passed = this.#passed === Number.NEGATIVE_INFINITY ? null : this.#passed
    const last = this.#last ?? null
    const [dropped, newest] = [this.#dropped ?? null, this.#newest ?? null]
    const rest = [this.#begin, this.#count, last, this.#isTold, passed, dropped, newest, this.#datasets.save()]
    return { hits: this.#hits, gauge: this.#gauge.save(), rest }
  }

  load({ hits, gauge, rest }: JudgeState): void {
    this.#hits = [...hits]
    this.#gauge.load(gauge)
    const [begin, count, last, isTold, passed, dropped, newest, datasets] = rest as [
      number,
      number,
      Hit | null,
      boolean,
      number | null,
      Hit | null,
      Hit | null,
      unknown,
    ]
    this.#begin = begin
    this.#count = count
    this.#last = last ?? undefined
    this.#isTold = isTold
    this.#passed = passed ?? Number.NEGATIVE_INFINITY
    this.#dropped = dropped ?? undefined
    this.#newest = newest ?? undefined
    this.#datasets.load(datasets)
  }

  #endOf(at: number): number {
    return this.#hits[at]!.time + this.#options.plan.span
  }

  #isDropped(hit: Hit): boolean {
    return this.#dropped !== undefined && order(hit, this.#dropped) < 0
  }

  /** Takes the hit of that number, after all before it, into the open window or a new one. */
  #take(at: number): void {
    const hit = this.#hits[at]!
    if (this.isOpen && hit.time > this.#endOf(this.#begin)) this.#judge()
    hit.opens = !this.isOpen
    if (hit.opens) {
      this.#begin = at
      this.#gauge = this.#options.plan.gauge(this.#options.most)
      this.#datasets.clear()
      this.#count = 0
      this.#isTold = false
    }
    this.#enter(hit)
    this.#last = hit
    if (this.#count <= this.#options.most || at < this.#hits.length - 1) return
    this.#hits.pop()
    this.#dropped = hit
  }

  #enter(hit: Hit): void {
    this.#gauge.enter(hit)
    this.#datasets.enter(hit.datasets)
    this.#count++
    if (hit.told) this.#isTold = true
  }

  /** Judges the open window, which ends here. */
  #judge(): void {
    const first = this.#hits[this.#begin]!
    const begin = this.#begin
    const at = this.#endOf(begin)
    this.#begin = -1
    if (this.#isTold || !this.#gauge.holds(first.time)) return
    first.told = true
    const { shown, tell } = this.#options
    const end = Math.min(begin + this.#count, begin + shown)
    const value = this.#gauge.value(first.time)
    const { names } = this.#datasets
    tell({ hits: this.#hits.slice(begin, end), last: this.#last!, count: this.#count, value, at, datasets: names })
  }

  #judgePassed(): void {
    if (this.isOpen && this.#endOf(this.#begin) < this.#passed) this.#judge()
  }

  /** Lays out and judges the windows again from the hit of that number on. */
  #replay(from: number): void {
    this.#begin = -1
    for (let at = from; at < this.#hits.length; at++) this.#take(at)
    this.#judgePassed()
  }

  /** Drops windows that cannot change any more; and the oldest, where there are too many hits. */
  #trim(): void {
    if (this.#hits.length < this.#trimAt) return
    const { late, most } = this.#options
    const since = this.newest!.time - late
    let drop = 0
    let isEarly = false
    let began = 0
    for (const [at, hit] of this.#hits.entries()) {
      if (!hit.opens) continue
      const isOver = at > 0 && this.#endOf(began) < since
      const isTooMany = at > 0 && this.#hits.length - began > most
      if (at > 0 && !isOver && !isTooMany) break
      isEarly ||= at > 0 && !isOver
      drop = at
      began = at
    }
    if (drop > 0) {
      const last = this.#hits[drop - 1]!
      if (isEarly && !this.#isDropped(last)) this.#dropped = last
      this.#hits.splice(0, drop)
      if (this.isOpen) this.#begin -= drop
    }
    this.#trimAt = Math.max(64, this.#hits.length * 2)
  }
}
