import type { EcsObject, StoredEvent, Value } from './event.ts'

/** Reads a line of the spool (see `core/ports.ts`) back into the event it was written from; undefined if it is none. */
export function parseSpoolLine(line: string): StoredEvent | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    return undefined
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined
  const { rest, ...ecs } = parsed as Record<string, unknown>
  return { ecs: ecs as EcsObject, rest: (rest ?? {}) as Record<string, Value> }
}
