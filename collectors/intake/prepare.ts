import { isUtf8 } from 'node:buffer'
import type { Detector, Found } from '../../core/detector.ts'
import type { Draft, MutableEcs, Normalise, Origin } from '../contract.ts'
import { identifiedId } from './eventId.ts'
import type { BulkJob, FramesJob, Job, LinesJob } from './job.ts'
import type { LineBuffer } from './lineBuffer.ts'
import { type BulkItem, readBulk } from './readBulk.ts'
import { type Place, serialise } from './serialise.ts'
import { eachLine, type LineBytes, unpack } from './unpack.ts'

/**
 * A line read, shaped, looked at by the rules and written into its job's buffer, waiting for its number. The event itself
 * is kept only where a rule matches: that most are let go at once is what keeps the garbage collector idle.
 */
export interface Prepared {
  readonly found: Found | undefined
  readonly place: Place
  /** Why it could not be parsed. */
  readonly error: string | undefined
  /** The event id, where the sender gave an identity. */
  readonly id: string | undefined
  readonly sourceId: string
}

export interface PreparedJob {
  readonly lines: readonly Prepared[]
  /** Of a bulk job, in the order of `lines`. */
  readonly items: readonly BulkItem[] | undefined
  /** A bulk body with ids that came for balance: it must go to its own lane. */
  readonly misrouted: boolean
  /** Unpacked. */
  readonly bytes: number
}

export interface Preparation {
  readonly normalise: Normalise
  readonly detector: Pick<Detector, 'examine'>
  readonly lane: number
  /** Lines are written here. */
  readonly into: LineBuffer
}

/** Does all the work on a job that needs no number: unpack, split, parse, normalise, identify, match, write out. */
export function prepare(job: Job, how: Preparation): PreparedJob {
  switch (job.kind) {
    case 'lines':
      return prepareLines(job, how)
    case 'frames':
      return prepareFrames(job, how)
    case 'bulk':
      return prepareBulk(job, how)
  }
}

function prepareLines(job: LinesJob, how: Preparation): PreparedJob {
  const { origin, idempotencyKey } = job
  const bytes = unpack(job.body, job.gzip)
  const lines: Prepared[] = []
  eachLine(bytes, (line, number, source) => {
    const id =
      idempotencyKey === undefined ? undefined : identifiedId(origin.keyId, `${idempotencyKey} ${number}`, line)
    lines.push(prepared(how.normalise(line, 'json', origin), id, origin, how, source))
  })
  return { lines, items: undefined, misrouted: false, bytes: bytes.length }
}

function prepareBulk(job: BulkJob, how: Preparation): PreparedJob {
  const { origin } = job
  const bytes = unpack(job.body, job.gzip)
  const items = readBulk(bytes, job.index)
  if (job.anywhere && items.some((i) => i.id !== undefined))
    return { lines: [], items: undefined, misrouted: true, bytes: 0 }
  const lines = items.map((i) => {
    const id = i.id === undefined ? undefined : identifiedId(origin.keyId, `${i.index}\n${i.id}`, i.line)
    return prepared(how.normalise(i.line, 'json', origin), id, origin, how, i.source)
  })
  return { lines, items, misrouted: false, bytes: bytes.length }
}

function prepareFrames(job: FramesJob, how: Preparation): PreparedJob {
  const bytes = Buffer.from(job.bytes.buffer, job.bytes.byteOffset, job.bytes.byteLength)
  const origins = job.addresses.map((address): Origin => {
    return { ...job.origin, address, sourceId: `${job.origin.sourceId}:${address}` }
  })
  const lines: Prepared[] = []
  let from = 0
  for (let i = 0; i < job.ends.length; i++) {
    const origin = origins[job.senders[i]!]!
    const message = bytes.subarray(from, job.ends[i])
    from = job.ends[i]!
    const isText = isUtf8(message)
    const text = isText ? message.toString('utf8') : message.toString('latin1')
    const source = isText ? { bytes: message, from: 0, to: message.length } : undefined
    lines.push(prepared(how.normalise(text, 'syslog', origin), undefined, origin, how, source))
  }
  return { lines, items: undefined, misrouted: false, bytes: bytes.length }
}

function prepared(draft: Draft, id: string | undefined, origin: Origin, how: Preparation, source: LineBytes): Prepared {
  const place = serialise(draft, how.lane, source, how.into)
  if (place.end - place.start > LONGEST_LINE) {
    how.into.cut(place.start)
    return prepared(shorten(draft), id, origin, how, undefined)
  }
  return { found: how.detector.examine(draft), place, error: draft.error, id, sourceId: origin.sourceId }
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
      suidun: ecs.suidun ?? {},
    },
    rest: {},
    timestamp,
    error: TOO_LONG,
    whole: undefined,
  }
}
