import type { LineExaminer } from '../../core/detector.ts'
import type { Origin } from '../contract.ts'
import type { PlainLines } from '../plain/index.ts'
import type { BodyLines } from './bodyLines.ts'
import type { Preparation, Prepared } from './prepared.ts'

/**
 * Plain lines of a body that come one behind the other: they are written as they come, and the rules look at all of them at
 * once, as they stand in the body.
 */
export class PlainRun {
  readonly #body: BodyLines
  readonly #how: Preparation
  readonly #plain: PlainLines
  readonly #examiner: LineExaminer
  readonly #lines: Prepared[] = []
  readonly #spans: { readonly from: number; readonly to: number; readonly origin: Origin }[] = []

  constructor(body: BodyLines, how: Preparation, plain: PlainLines, examiner: LineExaminer) {
    this.#body = body
    this.#how = how
    this.#plain = plain
    this.#examiner = examiner
    plain.open(body.bytes)
  }

  /** Takes the next line of the body if it is plain. */
  take(from: number, to: number, id: string | undefined, origin: Origin): Prepared | undefined {
    const { lane, into } = this.#how
    const place = this.#plain.take(from, to, origin, lane, into)
    if (place === undefined) return undefined
    const line: Prepared = { found: undefined, place, error: undefined, id, sourceId: origin.sourceId, lines: 1 }
    this.#lines.push(line)
    this.#spans.push({ from, to, origin })
    return line
  }

  /** Ends the run: what else is written stands behind its lines. */
  end(): void {
    this.#plain.flush(this.#how.into)
    const spans = this.#spans
    if (spans.length === 0) return
    const start = spans[0]!.from
    let at = 0
    this.#examiner.examine(this.#body.bytes.subarray(start, spans.at(-1)!.to), (end, matches) => {
      // Between the lines of a run others may stand, such as the actions of a bulk body; a line's end may be a carriage return.
      while (at < spans.length && spans[at]!.to < start + end - 1) at++
      const span = spans[at]
      if (span === undefined || span.to > start + end) return
      const event = this.#how.normalise(this.#body.text(span.from, span.to), 'json', span.origin)
      this.#lines[at]!.found = { event, matches }
    })
    this.#lines.length = 0
    spans.length = 0
  }
}

/** Undefined where no line of the body can be taken so. */
export function openRun(body: BodyLines, how: Preparation): PlainRun | undefined {
  const { plain, detector } = how
  return plain === undefined || detector.lines === undefined || !body.isUtf8
    ? undefined
    : new PlainRun(body, how, plain, detector.lines)
}
