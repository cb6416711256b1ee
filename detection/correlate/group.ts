import { Heap } from './heap.ts'
import { type Hit, order } from './hit.ts'
import type { Judge, JudgeState, Verdict } from './judge.ts'
import type { Plan } from './plan.ts'
import { SlidingJudge } from './slidingJudge.ts'
import { WindowJudge } from './windowJudge.ts'

/** Bounds of a group. */
export interface GroupLimits {
  /** A hit waits for earlier ones until one of its group is so much later, or so much time has gone by; milliseconds. */
  readonly hold: number
  /** Hits may come so much later than the newest of their group, milliseconds. */
  readonly late: number
  /** Hits held, in order and waiting each. */
  readonly hits: number
  /** Hits of a firing that are handed over. */
  readonly shown: number
}

/** What tells a group of a correlation from others. */
export interface GroupKey {
  readonly plan: Plan
  readonly unitId: string
  readonly systemId: string | null
  /** Values of the group-by fields, folded. */
  readonly values: readonly string[]
}

/** Plain data. */
export interface GroupState {
  readonly unitId: string
  readonly systemId: string | null
  readonly values: readonly string[]
  readonly waiting: readonly Hit[]
  readonly late: readonly Hit[]
  readonly ticks: readonly (readonly [now: number, time: number])[]
  readonly head: number
  readonly fedAt: number
  readonly openAt: number
  readonly used: number
  readonly judge: JudgeState
}

/** Putting late hits in place costs as much as the hits held: among so few it is done at once. */
const FEW = 64

/**
 * The hits of one group of one correlation: they wait a while to be put in order, then are judged. What comes later than
 * that is put in its place in batches, so that a flood of such costs no more than its share.
 */
export class Group {
  readonly key: GroupKey
  /** When it was last fed, in the correlator's count of hits: least recently active groups leave first. */
  used = 0
  readonly #limits: GroupLimits
  readonly #judge: Judge
  readonly #waiting: Heap<Hit>
  /** To be put in place, in no order. */
  #late: Hit[] = []
  /** What came until when, while it waits: the latest event time by moments. */
  #ticks: [now: number, time: number][] = []
  /** The latest event time seen. */
  #head = Number.NEGATIVE_INFINITY
  #fedAt = 0
  /** Since when a window waits for its end. */
  #openAt = 0

  constructor(key: GroupKey, limits: GroupLimits, tell: (group: Group, verdict: Verdict) => void, state?: GroupState) {
    this.key = key
    this.#limits = limits
    const { plan } = key
    const { hits: most, late, shown } = limits
    const options = { plan, most, late, shown, tell: (verdict: Verdict) => tell(this, verdict) }
    this.#judge = plan.atEnd ? new WindowJudge(options) : new SlidingJudge(options)
    this.#waiting = new Heap(order, state?.waiting)
    if (state === undefined) return
    this.#late = [...state.late]
    this.#ticks = state.ticks.map(([now, time]) => [now, time])
    this.#head = state.head
    this.#fedAt = state.fedAt
    this.#openAt = state.openAt
    this.used = state.used
    this.#judge.load(state.judge)
  }

  /** Hits held. */
  get size(): number {
    return this.#waiting.size + this.#late.length + this.#judge.size
  }

  /** Whether time alone can change something. */
  get isWaiting(): boolean {
    return this.#waiting.size > 0 || this.#late.length > 0 || this.#judge.isOpen
  }

  /** Takes a hit at a moment; how many hits (this one or others) could not be used, for they came too late. */
  add(hit: Hit, now: number): number {
    const { hold, late, hits } = this.#limits
    this.#fedAt = now
    if (hit.time < this.#head - late) return 1
    if (hit.time > this.#head) this.#head = hit.time
    this.#waiting.push(hit)
    const tick = this.#ticks.at(-1)
    if (tick?.[0] !== now) this.#ticks.push([now, hit.time])
    else if (hit.time > tick[1]) tick[1] = hit.time
    this.#settle(this.#head - hold)
    while (this.#waiting.size > hits) this.#judgeNext()
    return this.#placeLate(false)
  }

  /** Lets time go by to a moment; how many hits could not be used. */
  advance(now: number): number {
    const { hold, late } = this.#limits
    let until = Number.NEGATIVE_INFINITY
    while (this.#ticks.length > 0 && this.#ticks[0]![0] <= now - hold) until = Math.max(until, this.#ticks.shift()![1])
    this.#settle(until)
    const unused = this.#placeLate(true)
    if (this.#judge.isOpen && this.#openAt <= now - this.key.plan.span - late && this.#waiting.size === 0)
      this.#judge.close()
    return unused
  }

  /** What waits of up to that event time waits no longer; how many hits could not be used. */
  settle(until: number): number {
    this.#judgeUntil(until)
    return this.#placeLate(false)
  }

  /** What waits is judged, for the group leaves; how many hits could not be used. */
  flush(): number {
    this.#settle(Number.POSITIVE_INFINITY)
    return this.#placeLate(true)
  }

  /** Nothing more is expected: all that waits is judged, windows that wait for their end come to it. */
  drain(): number {
    const unused = this.flush()
    this.#judge.close()
    return unused
  }

  /** Whether no further hit can be in a window with those it has. */
  isDone(now: number): boolean {
    return !this.isWaiting && this.#fedAt < now - this.key.plan.span - this.#limits.late - this.#limits.hold
  }

  save(): GroupState {
    const { unitId, systemId, values } = this.key
    return {
      unitId,
      systemId,
      values,
      waiting: this.#waiting.items,
      late: this.#late,
      ticks: this.#ticks,
      head: this.#head,
      fedAt: this.#fedAt,
      openAt: this.#openAt,
      used: this.used,
      judge: this.#judge.save(),
    }
  }

  /** Judges what has waited long enough: nothing earlier than that time is expected. */
  #settle(until: number): void {
    this.#judgeUntil(until)
    if (Number.isFinite(until)) this.#judge.pass(until)
  }

  #judgeUntil(until: number): void {
    while (this.#waiting.size > 0 && this.#waiting.least!.time <= until) this.#judgeNext()
    if (this.#waiting.size === 0) this.#ticks.length = 0
  }

  #judgeNext(): void {
    const hit = this.#waiting.pop()!
    const { newest } = this.#judge
    if (newest !== undefined && order(hit, newest) < 0) {
      this.#late.push(hit)
      return
    }
    const wasOpen = this.#judge.isOpen
    this.#judge.push(hit)
    if (!wasOpen || hit.opens) this.#openAt = this.#fedAt
  }

  /** Puts late hits in their places, unless they are few and may wait for more. How many could not be used. */
  #placeLate(all: boolean): number {
    const count = this.#late.length
    if (count === 0 || (!all && this.#judge.size > FEW && count * 8 < this.#judge.size)) return 0
    const hits = this.#late.sort(order)
    this.#late = []
    const unused = this.#judge.insert(hits)
    if (this.#judge.isOpen) this.#openAt = this.#fedAt
    return unused
  }
}
