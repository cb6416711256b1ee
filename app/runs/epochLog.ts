import { EVERYTHING } from '../../core/access.ts'
import { digestOf } from '../../core/canonical.ts'
import type { RuleEpoch } from '../../core/model/index.ts'
import type { Clock, DocumentStore } from '../../core/ports.ts'
import { rulesOf } from '../../detection/index.ts'
import type { UsedRules } from '../lane/messages.ts'

/** Rules by id with the digest of what each asks; equal sets have equal names. */
export interface RunningRules {
  readonly name: string
  readonly rules: ReadonlyMap<string, string>
  /** Ids of rules that people have switched off. */
  readonly off: readonly string[]
}

export interface EpochLogOptions {
  readonly docs: DocumentStore
  readonly clock: Clock
}

interface Pending {
  readonly set: RunningRules
  readonly at: string
  readonly from: Map<number, number>
  readonly unsure: Map<number, number>
  readonly recorded: Promise<void>
  readonly done: () => void
}

/** Epochs beyond these are forgotten, half of them at a time: what ran before is then not known. */
const MOST_EPOCHS = 2_000
const RETRY_AFTER = 500

/** Names a set of rules. */
export function runningRules(rules: ReadonlyMap<string, string>, off: readonly string[] = []): RunningRules {
  return { name: nameOf(rules), rules, off: [...off].sort() }
}

function nameOf(rules: ReadonlyMap<string, string>): string {
  return digestOf(Object.fromEntries(rules))
}

/**
 * Writes down which rules ran from which position of each lane on. A lane that goes over to another set reports its
 * position and commits nothing beyond until that is durable, so that after a crash it reports a position no later. When a
 * lane skips a set (two changes close together), that set saw none of its events.
 */
export class EpochLog {
  readonly #options: EpochLogOptions
  readonly #epochs: RuleEpoch[]
  #next: number
  /** Name of the set of the newest epoch. */
  #name: string | undefined
  readonly #sets = new Map<string, RunningRules>()
  #pending: Pending[] = []
  #writing: Promise<void> = Promise.resolve()
  #closed = false
  #lanes = 0

  private constructor(options: EpochLogOptions, epochs: readonly RuleEpoch[], next: number) {
    this.#options = options
    this.#epochs = [...epochs]
    this.#next = next
    this.#name = epochs.length === 0 ? undefined : nameOf(rulesOf(epochs))
  }

  static async open(options: EpochLogOptions): Promise<EpochLog> {
    const epochs: RuleEpoch[] = []
    let last = 0
    for (let after: string | undefined; ; ) {
      const page = await options.docs.list('epoch', {
        scope: EVERYTHING,
        sort: [],
        first: 1_000,
        ...(after === undefined ? {} : { after }),
      })
      for (const row of page.rows) {
        epochs.push(row.doc)
        last = Number(row.id)
      }
      after = page.rows.at(-1)?.cursor
      if (!page.hasNext) break
    }
    return new EpochLog(options, epochs, last + 1)
  }

  /** All that are known, oldest first. */
  get all(): readonly RuleEpoch[] {
    return this.#epochs
  }

  /** Must be told of a set before a lane reports it. */
  announce(set: RunningRules): void {
    this.#sets.set(set.name, set)
  }

  /**
   * A lane (of so many) uses another set; resolves when that is durable. Where its newest event is not before the first
   * that the set saw, the lane was started anew, and a former set may have counted those in between.
   */
  report(lane: number, lanes: number, { ruleSet: name, from, upTo }: UsedRules): Promise<void> {
    this.#lanes = lanes
    if (this.#pending.length === 0 && name === this.#name) return this.#begin(lane, from)
    let at = this.#pending.findLastIndex((p) => p.set.name === name)
    if (at < 0) {
      this.#pending.push(this.#open(name))
      at = this.#pending.length - 1
    }
    for (const p of this.#pending.slice(0, at + 1)) {
      if (!p.from.has(lane)) p.from.set(lane, from)
      else if (p === this.#pending[at]) p.from.set(lane, Math.min(from, p.from.get(lane)!))
      if (upTo >= from) p.unsure.set(lane, Math.max(upTo, p.unsure.get(lane) ?? 0))
    }
    const { recorded } = this.#pending[at]!
    this.#flush()
    return recorded
  }

  /** Resolves when everything reported by now is written down. */
  async idle(): Promise<void> {
    await Promise.all(this.#pending.map((p) => p.recorded))
    await this.#writing
  }

  #open(name: string): Pending {
    const set = this.#sets.get(name)
    if (set === undefined) throw new Error(`a lane reports rules that nobody announced: ${name}`)
    const { promise: recorded, resolve: done } = Promise.withResolvers<void>()
    const at = new Date(this.#options.clock()).toISOString()
    return { set, at, from: new Map(), unsure: new Map(), recorded, done }
  }

  #flush(): void {
    while (this.#pending.length > 0 && this.#pending[0]!.from.size === this.#lanes) {
      const p = this.#pending.shift()!
      this.#name = p.set.name
      this.#writing = this.#writing.then(() => this.#record(p)).then(p.done)
    }
    for (const name of this.#sets.keys())
      if (name !== this.#name && !this.#pending.some((p) => p.set.name === name) && this.#sets.size > 16)
        this.#sets.delete(name)
  }

  async #record({ set, at, from, unsure }: Pending): Promise<void> {
    const before = rulesOf(this.#epochs)
    const epoch: RuleEpoch = {
      kind: 'epoch',
      at,
      from: Object.fromEntries(from),
      ...(unsure.size === 0 ? {} : { unsure: Object.fromEntries(unsure) }),
      rules: Object.fromEntries([...set.rules].filter(([id, digest]) => before.get(id) !== digest)),
      gone: [...before.keys()].filter((id) => !set.rules.has(id)),
      off: set.off,
    }
    await this.#put(this.#next++, epoch, 0)
    this.#epochs.push(epoch)
    if (this.#epochs.length > MOST_EPOCHS) await this.#forget()
  }

  /** A lane that was started anew replays from before the newest epoch: it covers these events too. */
  #begin(lane: number, from: number): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      const last = this.#epochs.at(-1)!
      const was = last.from[lane] ?? 1
      if (from >= was) return
      const unsure = { ...last.unsure, [lane]: Math.max(was - 1, last.unsure?.[lane] ?? 0) }
      const epoch = { ...last, from: { ...last.from, [lane]: from }, unsure }
      const id = this.#next - 1
      await this.#put(id, epoch, (await this.#options.docs.get('epoch', idOf(id)))?.version ?? 0)
      this.#epochs[this.#epochs.length - 1] = epoch
    })
    return this.#writing
  }

  /** The older half becomes one epoch; oldest first, so that a crash in between leaves what follows from the rest right. */
  async #forget(): Promise<void> {
    const drop = MOST_EPOCHS / 2
    const kept = this.#epochs[drop]!
    const whole = { ...kept, rules: Object.fromEntries(rulesOf(this.#epochs.slice(0, drop + 1))), gone: [] }
    const first = this.#next - this.#epochs.length
    const { docs } = this.#options
    await this.#put(first + drop, whole, (await docs.get('epoch', idOf(first + drop)))?.version ?? 0)
    for (let i = 0; i < drop; i++) {
      const stored = await docs.get('epoch', idOf(first + i))
      if (stored !== undefined) await docs.remove('epoch', stored.id, { version: stored.version })
    }
    this.#epochs.splice(0, drop + 1, whole)
  }

  /** What is not written down by now is reported again at the next start. */
  close(): void {
    this.#closed = true
  }

  /** Tries until it is done: the lanes commit nothing until then. */
  async #put(id: number, epoch: RuleEpoch, version: number): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#options.docs.put('epoch', idOf(id), epoch, { version })
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER))
      }
    }
  }
}

const idOf = (n: number): string => String(n).padStart(12, '0')
