import {
  bulkAnswer,
  type Job,
  type LineBuffer,
  numberEvent,
  numberLine,
  type Prepared,
  type PreparedJob,
  type SourceCounts,
  type Taken,
} from '../../collectors/intake/index.ts'
import type { SpoolLane } from '../../store/spool/index.ts'

/** A job whose lines are written out and wait for their numbers. */
export interface Ready {
  readonly ticket: number
  readonly job: Job
  readonly prepared: PreparedJob
  readonly buffer: LineBuffer
}

/** A line and the id under which it is stored, now or since an earlier request. */
export interface Numbered {
  readonly line: Prepared
  readonly id: string
  /** 0 = a repeat, which is not stored again. */
  readonly seq: number
}

/** Jobs as they go to the spool in one append. */
export interface Group {
  /** Of the lines that are no repeats, in order. */
  readonly bytes: readonly Uint8Array[]
  readonly count: number
  /** Ids by senders' identities among them. */
  readonly ids: readonly string[]
  /** Per job, its lines in order. */
  readonly jobs: readonly (readonly Numbered[])[]
}

/** Gives every line that is no repeat its number; lines that are, the id under which they were stored. */
export function numberJobs(group: readonly Ready[], lane: SpoolLane, idOf: (seq: number) => string): Group {
  const bytes: Uint8Array[] = []
  const ids: string[] = []
  const inGroup = new Set<string>()
  let seq = lane.nextSeq
  const jobs = group.map(({ prepared, buffer }) => {
    let from = 0
    const numbered = prepared.lines.map((line): Numbered => {
      const { id: known, place, found } = line
      if (known !== undefined) {
        if (inGroup.has(known) || lane.knows(known)) {
          if (place.start > from) bytes.push(buffer.slice(from, place.start))
          from = place.end
          return { line, id: known, seq: 0 }
        }
        inGroup.add(known)
        ids.push(known)
      }
      const id = known ?? idOf(seq)
      numberLine(place, buffer, id, seq)
      if (found !== undefined) numberEvent(found.event, id, lane.lane, seq)
      return { line, id, seq: seq++ }
    })
    if (buffer.length > from) bytes.push(buffer.slice(from, buffer.length))
    return numbered
  })
  return { bytes, count: seq - lane.nextSeq, ids, jobs }
}

/** What the sender of a job is told once its lines are durable. */
export function answerJob({ job, prepared }: Ready, numbered: readonly Numbered[]): Taken {
  const { holder, items, lines } = prepared
  const answer =
    job.kind === 'bulk'
      ? bulkAnswer(
          items!.map((item, i) => {
            const { id, seq } = numbered[holder?.[i] ?? i]!
            return { action: item.action, index: item.index, id: item.id ?? id, repeated: seq === 0 }
          }),
          job.shape,
        )
      : undefined
  return { accepted: holder?.length ?? numbered.length, answer, identified: lines.some((l) => l.id !== undefined) }
}

/** Counts what became of a job's lines, by source. */
export function countJob(counts: SourceCounts, numbered: readonly Numbered[], now: number): void {
  for (let from = 0; from < numbered.length; ) {
    const { sourceId } = numbered[from]!.line
    let to = from
    let all = 0
    let repeated = 0
    let failed = 0
    for (; to < numbered.length && numbered[to]!.line.sourceId === sourceId; to++) {
      const { line, seq } = numbered[to]!
      all += line.lines
      if (seq === 0) repeated += line.lines
      if (line.error === undefined) continue
      failed += line.lines
      counts.lost(sourceId, 'rejected', line.error, line.lines)
    }
    counts.seen(sourceId, all, now)
    counts.add(sourceId, 'parsed', all - failed)
    counts.add(sourceId, 'stored', all - repeated)
    if (repeated > 0) counts.add(sourceId, 'repeated', repeated)
    from = to
  }
}
