import { isUtf8 } from 'node:buffer'
import type { Origin } from '../contract.ts'
import { BodyLines } from './bodyLines.ts'
import { identifiedId } from './eventId.ts'
import type { BulkJob, FramesJob, Job, LinesJob } from './job.ts'
import type { Preparation, Prepared } from './prepared.ts'
import { type BulkItem, readBulk } from './readBulk.ts'
import { unpack } from './unpack.ts'
import { Writing } from './writing.ts'

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
  const body = new BodyLines(unpack(job.body, job.gzip))
  const writing = new Writing(how, body)
  body.each((from, to, number) => {
    const id =
      idempotencyKey === undefined
        ? undefined
        : identifiedId(origin.keyId, `${idempotencyKey} ${number}`, body.text(from, to))
    writing.line(from, to, id, origin)
  })
  return { ...writing.finish(), items: undefined, misrouted: false, bytes: body.bytes.length }
}

function prepareBulk(job: BulkJob, how: Preparation): PreparedJob {
  const { origin } = job
  const body = new BodyLines(unpack(job.body, job.gzip))
  const items = readBulk(body, job.index)
  if (job.anywhere && items.some((i) => i.id !== undefined))
    return { lines: [], holder: undefined, items: undefined, misrouted: true, bytes: 0 }
  const writing = new Writing(how, body)
  for (const i of items) {
    const id = i.id === undefined ? undefined : identifiedId(origin.keyId, `${i.index}\n${i.id}`, lineOf(i, body))
    // Each identity is an event of its own: sent again, it may come in other company.
    writing.line(i.from, i.to, id, origin, id !== undefined)
  }
  return { ...writing.finish(), items, misrouted: false, bytes: body.bytes.length }
}

/** Whoever creates names a document for good; whoever indexes may have another one, and both versions are kept. */
function lineOf({ action, from, to }: BulkItem, body: BodyLines): string | undefined {
  return action === 'create' ? undefined : body.text(from, to)
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
