import type { Clock, EventStore, Segment } from '../core/ports.ts'
import { parseSpoolLine } from '../core/spoolLine.ts'
import type { Tell } from '../core/telemetry.ts'
import type { Quarantine } from '../store/spool/index.ts'
import type { SegmentSource } from './lane/pool.ts'

export interface LoaderOptions {
  readonly source: SegmentSource
  readonly store: EventStore
  readonly quarantine: Quarantine
  readonly clock: Clock
  readonly tell: Tell
}

export interface Loader {
  /** Resolves when every segment sealed by now is searchable and covered by a checkpoint. */
  drain(): Promise<void>
  /** Events loaded since this start. */
  loaded(): number
  close(): Promise<void>
}

/** A checkpoint is made after so many segments or milliseconds; until then loaded segments are kept. */
const CHECKPOINT_SEGMENTS = 16
const CHECKPOINT_AFTER = 5_000
const LONGEST_WAIT = 30_000

/**
 * Moves sealed segments into the event store, one at a time: load, set rejected lines aside, and after a checkpoint tell
 * the lane that the segment may go. Whatever fails is tried again; a segment loaded twice changes nothing (its ledger).
 */
export function startLoader(options: LoaderOptions): Loader {
  const { source, store, quarantine, clock, tell } = options
  /** Loaded but not yet covered by a checkpoint, in order per lane. */
  const waiting = new Map<string, Segment>()
  /** Covered; the lane was told. It may still list them until it has heard. */
  const passed = new Map<number, number>()
  let firstAt = 0
  let events = 0
  let stopping = false
  let wake: () => void = () => undefined
  let draining: (() => void)[] = []
  source.onSealed(() => wake())

  const todo = () => source.sealed().filter((s) => !waiting.has(s.id) && s.lastSeq > (passed.get(s.lane) ?? 0))

  async function load(segment: Segment): Promise<void> {
    const result = await store.load(segment)
    if (result.rejected.length > 0) {
      await quarantine.add(segment.id, result.rejected)
      tell('line_rejected', { segment: segment.id, reason: result.rejected[0]!.reason }, result.rejected.length)
      if (!result.alreadyLoaded)
        for (const { line, reason } of result.rejected) source.rejected(sourceOf(line), 1, reason)
    }
    if (!result.alreadyLoaded) events += result.loaded
    if (waiting.size === 0) firstAt = clock()
    waiting.set(segment.id, segment)
    tell('segment_loaded', { segment: segment.id, events: result.loaded })
  }

  async function checkpoint(): Promise<void> {
    await store.checkpoint()
    for (const s of waiting.values()) {
      passed.set(s.lane, Math.max(passed.get(s.lane) ?? 0, s.lastSeq))
      source.loaded(s.lane, s.lastSeq)
    }
    waiting.clear()
  }

  /** A lane that was started again may not have heard. */
  function remind(): void {
    for (const s of source.sealed()) if (s.lastSeq <= (passed.get(s.lane) ?? 0)) source.loaded(s.lane, s.lastSeq)
  }

  const isDue = () =>
    waiting.size >= CHECKPOINT_SEGMENTS || clock() - firstAt >= CHECKPOINT_AFTER || draining.length > 0 || stopping

  async function run(): Promise<void> {
    for (let wait = 250; ; ) {
      try {
        const next = stopping ? undefined : todo()[0]
        if (next !== undefined) await load(next)
        if (waiting.size > 0 && (next === undefined || waiting.size >= CHECKPOINT_SEGMENTS) && isDue())
          await checkpoint()
        wait = 250
        if (next !== undefined) continue
        remind()
        for (const resolve of draining) resolve()
        draining = []
        if (stopping) return
      } catch (e) {
        tell('load_failed', { problem: (e as Error).message })
        if (stopping) return
        wait = Math.min(wait * 2, LONGEST_WAIT)
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, wait)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const running = run()

  return {
    drain: () =>
      new Promise((resolve) => {
        draining.push(resolve)
        wake()
      }),
    loaded: () => events,
    async close() {
      stopping = true
      wake()
      await running
    },
  }
}

/** The source that a line of the spool came from. */
function sourceOf(line: string): string {
  const suidun = parseSpoolLine(line)?.ecs.suidun as { source?: { id?: string } } | undefined
  return suidun?.source?.id ?? 'spool:unreadable'
}
