import type { Detector, Found } from '../../core/detector.ts'
import type { Draft, MutableEcs, Normalise, Origin } from '../contract.ts'
import type { PlainLines } from '../plain/index.ts'
import type { LineBytes } from './bodyLines.ts'
import type { LineBuffer } from './lineBuffer.ts'
import type { Place } from './lineParts.ts'
import { serialise } from './serialise.ts'

export interface Preparation {
  readonly normalise: Normalise
  readonly detector: Pick<Detector, 'examine' | 'lines'>
  /** Where it is given, plain lines are written without being parsed. */
  readonly plain?: PlainLines | undefined
  readonly lane: number
  /** Lines are written here. */
  readonly into: LineBuffer
}

/**
 * A line read, shaped, looked at by the rules and written into its job's buffer, waiting for its number. The event itself
 * is kept only where a rule matches: that most are let go at once is what keeps the garbage collector idle.
 */
export interface Prepared {
  /** Of plain lines filled in at the end of their run. */
  found: Found | undefined
  readonly place: Place
  /** Why it could not be parsed. */
  readonly error: string | undefined
  /** The event id, where the sender gave an identity. */
  readonly id: string | undefined
  readonly sourceId: string
  /** Of how many lines it was made: the audit records of one event become one. */
  readonly lines: number
}

/** What is known of a line beside what it says. */
export interface From {
  readonly id: string | undefined
  readonly origin: Origin
  readonly source: LineBytes
}

/** Writes a draft out and has the rules look at it; `lines` is of how many lines it was made. */
export function prepared(draft: Draft, from: From, lines: number, how: Preparation): Prepared {
  const { id, origin, source } = from
  const place = serialise(draft, how.lane, source, how.into)
  if (place.end - place.start > LONGEST_LINE) {
    how.into.cut(place.start)
    return prepared(shorten(draft), { id, origin, source: undefined }, lines, how)
  }
  return { found: how.detector.examine(draft), place, error: draft.error, id, sourceId: origin.sourceId, lines }
}

/** What takes more bytes in the spool no event store takes in. */
const LONGEST_LINE = 12 << 20
/** Characters that are kept of such a line. */
const KEPT = 1 << 20
const TOO_LONG = `longer than ${LONGEST_LINE} bytes as an event: kept are the first ${KEPT} characters`

/** An event that is too long for any store, without its fields and with the beginning of its line. */
function shorten(draft: Draft): Draft {
  const { ecs, timestamp } = draft
  const event = ecs.event as MutableEcs
  const original = (event.original as string).slice(0, KEPT).toWellFormed()
  return {
    ecs: {
      '@timestamp': ecs['@timestamp']!,
      event: { kind: 'pipeline_error', ingested: event.ingested ?? null, original },
      error: { message: TOO_LONG },
      message: original,
      suidun: ecs.suidun ?? {},
    },
    rest: {},
    timestamp,
    error: TOO_LONG,
    whole: undefined,
    record: undefined,
  }
}
