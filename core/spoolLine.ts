import type { EcsObject, StoredEvent, Value } from './event.ts'
import { jsonObject } from './jsonObject.ts'

/** Reads a line of the spool (see `core/ports.ts`) back into the event it was written from; undefined if it is none. */
export function parseSpoolLine(line: string): StoredEvent | undefined {
  // Its numbers are such as JavaScript holds: others were made texts before they were written.
  const parsed = jsonObject(line, JSON.parse)
  if (parsed === undefined) return undefined
  const { rest, ...ecs } = parsed
  return { ecs: ecs as EcsObject, rest: (rest ?? {}) as Record<string, Value> }
}
