import { isUtf8 } from 'node:buffer'
import type { Detector, Found } from '../../core/detector.ts'
import type { Draft, MutableEcs, Normalise, Origin } from '../contract.ts'
import { identifiedId } from './eventId.ts'
import type { BulkJob, FramesJob, Job, LinesJob } from './job.ts'
import { RecordJoiner } from './joinRecords.ts'
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
  /** Of how many lines it was made: the audit records of one event become one. */
  readonly lines: number
}

export interface PreparedJob {
  readonly lines: readonly Prepared[]
  /** Which of `lines` holds the line of that number; undefined = each its own, in order. */
  readonly holder: Uint32Array | undefined
  /** Of a bulk job, in the order of its lines. */
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
  const writing = new Writing(how)
  eachLine(bytes, (line, number, source) => {
    const id =
      idempotencyKey === undefined ? undefined : identifiedId(origin.keyId, `${idempotencyKey} ${number}`, line)
    writing.add(how.normalise(line, 'json', origin), { id, origin, source })
  })
  return { ...writing.finish(), items: undefined, misrouted: false, bytes: bytes.length }
}

function prepareBulk(job: BulkJob, how: Preparation): PreparedJob {
  const { origin } = job
  const bytes = unpack(job.body, job.gzip)
  const items = readBulk(bytes, job.index)
  if (job.anywhere && items.some((i) => i.id !== undefined))
    return { lines: [], holder: undefined, items: undefined, misrouted: true, bytes: 0 }
  const writing = new Writing(how)
  for (const i of items) {
    const id = i.id === undefined ? undefined : identifiedId(origin.keyId, `${i.index}\n${i.id}`, i.line)
    const draft = how.normalise(i.line, 'json', origin)
    const from = { id, origin, source: i.source }
    // Each identity is an event of its own: sent again, it may come in other company.
    if (id === undefined) writing.add(draft, from)
    else writing.addAlone(draft, from)
  }
  return { ...writing.finish(), items, misrouted: false, bytes: bytes.length }
}

function prepareFrames(job: FramesJob, how: Preparation): PreparedJob {
  const bytes = Buffer.from(job.bytes.buffer, job.bytes.byteOffset, job.bytes.byteLength)
  const origins = job.addresses.map((address): Origin => {
    return { ...job.origin, address, sourceId: `${job.origin.sourceId}:${address}` }
  })
  const writing = new Writing(how)
  let at = 0
  for (let i = 0; i < job.ends.length; i++) {
    const origin = origins[job.senders[i]!]!
    const message = bytes.subarray(at, job.ends[i])
    at = job.ends[i]!
    const isText = isUtf8(message)
    const text = isText ? message.toString('utf8') : message.toString('latin1')
    const source = isText ? { bytes: message, from: 0, to: message.length } : undefined
    writing.add(how.normalise(text, 'syslog', origin), { id: undefined, origin, source })
  }
  return { ...writing.finish(), items: undefined, misrouted: false, bytes: bytes.length }
}

/** What is known of a line beside what it says. */
interface From {
  readonly id: string | undefined
  readonly origin: Origin
  readonly source: LineBytes
}

/** Writes out drafts as they come, the audit records of one event joined. */
class Writing {
  readonly #how: Preparation
  readonly #lines: Prepared[] = []
  readonly #joiner = new RecordJoiner<From>(({ draft, from, lines }) => this.#write(draft, from, lines))
  #count = 0
  /** Set with the first record: most jobs hold none. */
  #holder: number[] | undefined

  constructor(how: Preparation) {
    this.#how = how
  }

  add(draft: Draft, from: From): void {
    if (draft.record === undefined) this.addAlone(draft, from)
    else {
      this.#holder ??= this.#lines.map((_, i) => i)
      this.#joiner.add(draft, from.origin.sourceId, this.#count++, from)
    }
  }

  addAlone(draft: Draft, from: From): void {
    const line = this.#count++
    if (this.#holder !== undefined) this.#holder[line] = this.#lines.length
    this.#lines.push(prepared(draft, from, 1, this.#how))
  }

  finish(): { lines: readonly Prepared[]; holder: Uint32Array | undefined } {
    this.#joiner.finish()
    return {
      lines: this.#lines,
      holder: this.#holder === undefined ? undefined : Uint32Array.from(this.#holder),
    }
  }

  #write(draft: Draft, from: From, lines: readonly number[]): void {
    for (const line of lines) this.#holder![line] = this.#lines.length
    const source = lines.length === 1 ? from.source : undefined
    this.#lines.push(prepared({ ...draft, whole: undefined }, { ...from, source }, lines.length, this.#how))
  }
}

function prepared(draft: Draft, from: From, lines: number, how: Preparation): Prepared {
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
      suidun: ecs.suidun ?? {},
    },
    rest: {},
    timestamp,
    error: TOO_LONG,
    whole: undefined,
    record: undefined,
  }
}
