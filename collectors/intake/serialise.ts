import type { StoredEvent } from '../../core/event.ts'
import type { Draft, MutableEcs } from '../contract.ts'
import type { LineBuffer } from './lineBuffer.ts'

/** Where in its buffer a written line stands, and what of it is still to be filled in. */
export interface Place {
  readonly start: number
  /** Behind its line feed. */
  readonly end: number
  readonly seqAt: number
}

const HEAD = '{"event":{"id":"'
const ID = 32
const NO_ID = '0'.repeat(ID)
/** Digits of the largest number there is room for; a shorter one stands behind blanks. */
const SEQ = 16
const NO_SEQ = ' '.repeat(SEQ)

/**
 * Writes the draft as a line of the spool. Its id may be left open, its number always is: these are filled in by `numberLine`
 * when it is known whether the line is stored, so that the work can be done while earlier lines are on their way to the
 * disk. The id stands at a fixed place (see `idOf`).
 */
export function serialise(draft: Draft, id: string | undefined, lane: number, into: LineBuffer): Place {
  const { rest } = draft
  const ecs = draft.ecs as Record<string, MutableEcs | undefined>
  const event = ecs.event ?? {}
  const suidun = ecs.suidun ?? {}
  if (event.id !== undefined) {
    // A payload's own id is kept, as a value beside ours.
    rest['event.id'] = event.id as string
    delete event.id
  }
  ecs.event = undefined
  ecs.suidun = undefined
  const others = JSON.stringify(ecs)
  ecs.event = event
  ecs.suidun = suidun
  const start = into.length
  into.text(`${HEAD}${id ?? NO_ID}"`)
  join(JSON.stringify(event), into, CLOSED)
  into.text(`,"suidun":{"lane":${lane},"seq":${NO_SEQ}`)
  const seqAt = into.length - SEQ
  join(JSON.stringify(suidun), into, CLOSED)
  join(others, into, OPEN)
  into.text(isEmpty(rest) ? '"rest":{}}\n' : `"rest":${JSON.stringify(rest)}}\n`)
  return { start, end: into.length, seqAt }
}

/** Fills in what was left open of a line. */
export function numberLine(place: Place, into: LineBuffer, id: string, seq: number): void {
  into.patch(place.start + HEAD.length, id)
  const digits = String(seq)
  into.patch(place.seqAt + SEQ - digits.length, digits)
}

/** And of the event that it was written from, so that both are the same. */
export function numberEvent(event: StoredEvent, id: string, lane: number, seq: number): void {
  const ecs = event.ecs as unknown as { event: MutableEcs; suidun: MutableEcs }
  ecs.event.id = id
  ecs.suidun.lane = lane
  ecs.suidun.seq = seq
}

/** The event id in a line of the spool. */
export function idOf(line: string): string | undefined {
  const id = line.startsWith(HEAD) ? line.slice(HEAD.length, HEAD.length + ID) : ''
  return /^[0-9a-f]{32}$/.test(id) ? id : undefined
}

const COMMA = 44
const BLANK = 32
const OPEN = COMMA
const CLOSED = 125

/**
 * Writes an object so that its members go on where others stand: its first brace becomes a comma, and its last one what
 * is asked for. Changing two bytes is cheaper than cutting the text.
 */
function join(json: string, into: LineBuffer, last: typeof OPEN | typeof CLOSED): void {
  const at = into.length
  into.text(json)
  into.set(at, json.length > 2 ? COMMA : BLANK)
  into.set(into.length - 1, last)
}

function isEmpty(rest: Draft['rest']): boolean {
  for (const _ in rest) return false
  return true
}
