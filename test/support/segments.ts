import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EcsObject, StoredEvent } from '../../core/event.ts'
import type { Segment } from '../../core/ports.ts'

/** The event with an id (and a time, where it has none), as the lane gives it. */
export function identified(event: StoredEvent, id: string, timestamp = '2026-11-24T06:00:00.000Z'): StoredEvent {
  const group = (event.ecs.event ?? {}) as EcsObject
  return { ecs: { '@timestamp': timestamp, ...event.ecs, event: { ...group, id } }, rest: event.rest }
}

/** One line of a segment. */
export function lineOf(event: StoredEvent): string {
  return JSON.stringify({ ...event.ecs, rest: event.rest })
}

/** Writes a sealed segment of these lines. */
export function writeSegment(folder: string, id: string, lines: readonly string[], end = '\n'): Segment {
  const path = join(folder, `${id}.ndjson`)
  mkdirSync(dirname(path), { recursive: true })
  const text = lines.length === 0 ? '' : lines.join('\n') + end
  writeFileSync(path, text)
  return {
    lane: 0,
    id,
    path,
    firstSeq: 1,
    lastSeq: lines.length,
    count: lines.length,
    bytes: Buffer.byteLength(text),
    sealedAt: Date.UTC(2026, 10, 24, 7),
  }
}
