import type { EcsObject, StoredEvent, Value } from '../../core/event.ts'

type Node = Record<string, unknown>

/** Reads an event from JSON in the shape of a segment's line (typed groups, `rest` beside them); nulls in groups are absent. */
export function parseStored(json: string): StoredEvent {
  const { rest, ...groups } = JSON.parse(json) as Node
  return { ecs: withoutNulls(groups) as EcsObject, rest: (rest ?? {}) as Readonly<Record<string, Value>> }
}

function withoutNulls(group: Node): Node {
  const out: Node = {}
  for (const key of Object.keys(group)) {
    const value = group[key]
    if (value === null) continue
    if (typeof value !== 'object' || Array.isArray(value)) out[key] = value
    else {
      const inner = withoutNulls(value as Node)
      if (Object.keys(inner).length > 0) out[key] = inner
    }
  }
  return out
}
