import type { Draft, Origin } from '../contract.ts'
import type { BodyLines } from './bodyLines.ts'
import { RecordJoiner } from './joinRecords.ts'
import { openRun, type PlainRun } from './plainRun.ts'
import { type From, type Preparation, type Prepared, prepared } from './prepared.ts'

/** Writes out the lines of a job as they come: plain ones as they are, drafts of the others, the audit records of one event joined. */
export class Writing {
  readonly #how: Preparation
  readonly #lines: Prepared[] = []
  readonly #joiner = new RecordJoiner<From>(({ draft, from, lines }) => this.#write(draft, from, lines))
  #count = 0
  /** Set with the first record: most jobs hold none. */
  #holder: number[] | undefined

  readonly #body: BodyLines | undefined
  readonly #run: PlainRun | undefined

  /** `body` where lines are read of one. */
  constructor(how: Preparation, body?: BodyLines) {
    this.#how = how
    this.#body = body
    this.#run = body === undefined ? undefined : openRun(body, how)
  }

  /** A line of the body; `alone`: it is never joined with others. */
  line(from: number, to: number, id: string | undefined, origin: Origin, alone = false): void {
    const plain = this.#run?.take(from, to, id, origin)
    if (plain !== undefined) {
      this.#push(plain)
      return
    }
    const body = this.#body!
    const draft = this.#how.normalise(body.text(from, to), 'json', origin)
    const about = { id, origin, source: body.source(from, to) }
    if (alone) this.#alone(draft, about)
    else this.add(draft, about)
  }

  add(draft: Draft, from: From): void {
    if (draft.record === undefined) this.#alone(draft, from)
    else {
      this.#holder ??= this.#lines.map((_, i) => i)
      this.#joiner.add(draft, from.origin.sourceId, this.#count++, from)
    }
  }

  #alone(draft: Draft, from: From): void {
    this.#push(this.#prepared(draft, from, 1))
  }

  #push(line: Prepared): void {
    const number = this.#count++
    if (this.#holder !== undefined) this.#holder[number] = this.#lines.length
    this.#lines.push(line)
  }

  #prepared(draft: Draft, from: From, lines: number): Prepared {
    this.#run?.end()
    return prepared(draft, from, lines, this.#how)
  }

  finish(): { lines: readonly Prepared[]; holder: Uint32Array | undefined } {
    this.#joiner.finish()
    this.#run?.end()
    return {
      lines: this.#lines,
      holder: this.#holder === undefined ? undefined : Uint32Array.from(this.#holder),
    }
  }

  #write(draft: Draft, from: From, lines: readonly number[]): void {
    for (const line of lines) this.#holder![line] = this.#lines.length
    const source = lines.length === 1 ? from.source : undefined
    this.#lines.push(this.#prepared({ ...draft, whole: undefined }, { ...from, source }, lines.length))
  }
}
