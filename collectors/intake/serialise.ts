import type { Draft, MutableEcs } from '../contract.ts'

/** A draft as text, lacking only what the lane gives it: id, lane and seq. */
export interface Pieces {
  readonly event: string
  readonly others: string
  readonly suidun: string
}

/** Writes the draft as JSON, once; what the lane adds is put in between by `spoolLine`. */
export function serialise(draft: Draft): Pieces {
  const ecs = draft.ecs as Record<string, MutableEcs | undefined>
  const event = ecs.event ?? {}
  const suidun = ecs.suidun ?? {}
  if (event.id !== undefined) {
    // A payload's own id is kept, as a value beside ours.
    draft.rest['event.id'] = event.id as string
    delete event.id
  }
  ecs.event = undefined
  ecs.suidun = undefined
  const others = JSON.stringify(ecs)
  ecs.event = event
  ecs.suidun = suidun
  return {
    event: JSON.stringify(event),
    others: `${others === '{}' ? '' : `${others.slice(1, -1)},`}"rest":${JSON.stringify(draft.rest)}`,
    suidun: JSON.stringify(suidun),
  }
}

/** The line of the spool, and the draft completed to the same event. The id stands at a fixed place (see `idOf`). */
export function spoolLine(pieces: Pieces, draft: Draft, id: string, lane: number, seq: number): string {
  const ecs = draft.ecs as { event: MutableEcs; suidun: MutableEcs }
  ecs.event.id = id
  ecs.suidun.lane = lane
  ecs.suidun.seq = seq
  const event = pieces.event === '{}' ? '}' : `,${pieces.event.slice(1)}`
  const suidun = pieces.suidun === '{}' ? '}' : `,${pieces.suidun.slice(1)}`
  return `{"event":{"id":"${id}"${event},"suidun":{"lane":${lane},"seq":${seq}${suidun},${pieces.others}}`
}

const HEAD = '{"event":{"id":"'

/** The event id in a line of the spool. */
export function idOf(line: string): string | undefined {
  const id = line.startsWith(HEAD) ? line.slice(HEAD.length, HEAD.length + 32) : ''
  return /^[0-9a-f]{32}$/.test(id) ? id : undefined
}
