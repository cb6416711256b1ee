import type { StoredEvent } from '../../core/event.ts'
import type { Draft, MutableEcs, WholeMember } from '../contract.ts'
import type { LineBytes } from './bodyLines.ts'
import type { LineBuffer } from './lineBuffer.ts'
import { endText, HEAD, ID, NO_ID, type Place, SEQ, TAIL } from './lineParts.ts'
import { LineScan } from './scan/lineScan.ts'

/** Made for the first line: not every thread that knows this file writes lines. */
let made: LineScan | undefined
const NONE: readonly WholeMember[] = []

/**
 * Writes the draft of lane `lane` as a line of the spool. Its id and its number are left open: `numberLine` fills them in when
 * it is known whether the line is stored, so that the work can be done while earlier lines are on their way to the disk. The
 * id stands at a fixed place (see `idOf`). Given the bytes of `event.original`, what stands in the event as it was parsed is
 * copied from them, not written anew.
 */
export function serialise(draft: Draft, lane: number, source: LineBytes, into: LineBuffer): Place {
  const { rest } = draft
  const ecs = draft.ecs as Record<string, MutableEcs | undefined>
  const event = ecs.event!
  if (event.id !== undefined) {
    // A payload's own id is kept, as a value beside ours.
    rest['event.id'] = event.id as string
    delete event.id
  }
  const start = into.length
  const kept = isEmpty(rest) ? ',"rest":{}' : `,"rest":${JSON.stringify(rest)}`
  const end = endText(ecs.suidun!, lane)
  made ??= new LineScan(`${HEAD}${NO_ID}","original":"`)
  const scan = made
  if (source !== undefined && scan.read(source.bytes, source.from, source.to)) {
    const copied = copyable(draft, scan)
    const own = eventOf(copied)
    if (own !== undefined) scan.copyInside(own.index)
    // Written apart: one odd letter makes the whole of a text slow to write.
    scan.text(eventText(event, own), into)
    scan.text(behind(othersText(ecs, copied), '}'), into)
    copyMembers(copied, scan)
    scan.text(kept, into)
    scan.end(end, into)
  } else {
    into.text(`${HEAD}${NO_ID}"${behind(JSON.stringify(event))}`)
    into.text(`${behind(othersText(ecs, NONE), '}')}${kept}${end}`)
  }
  return { start, end: into.length, seqAt: into.length - TAIL.length }
}

/** Members of the line that was scanned last whose bytes are what would be written. */
function copyable({ whole }: Draft, scan: LineScan): readonly WholeMember[] {
  if (whole === undefined || whole.of !== scan.members) return NONE
  const { members } = whole
  for (const m of members) if (!isCopyable(m, scan)) return members.filter((one) => isCopyable(one, scan))
  return members
}

function isCopyable({ index, keys }: WholeMember, scan: LineScan): boolean {
  return scan.isPlain(index) && scan.keysWithin(index) === keys
}

function eventOf(members: readonly WholeMember[]): WholeMember | undefined {
  for (const m of members) if (m.name === 'event') return m
  return undefined
}

/** Members but `event`, those that stand side by side at once. */
function copyMembers(members: readonly WholeMember[], scan: LineScan): void {
  for (let i = 0; i < members.length; i++) {
    const first = members[i]!
    if (first.name === 'event') continue
    let last = first.index
    for (let next = members[i + 1]; next?.index === last + 1 && next.name !== 'event'; next = members[i + 1]) {
      last = next.index
      i++
    }
    scan.copyMembers(first.index, last)
  }
}

/** The event group but the line itself; of one that was copied, what was added to it. With a comma before each member. */
function eventText(event: MutableEcs, own: WholeMember | undefined): string {
  if (own !== undefined) {
    let text = ''
    const names = Object.keys(event)
    for (let i = own.own; i < names.length; i++) {
      const name = names[i]!
      if (name !== 'original') text += `,"${name}":${JSON.stringify(event[name])}`
    }
    return text
  }
  const { original } = event
  event.original = undefined as unknown as string
  const text = behind(JSON.stringify(event))
  event.original = original!
  return text
}

/** What is neither `event` nor `suidun` nor copied. */
function othersText(ecs: Record<string, MutableEcs | undefined>, copied: readonly WholeMember[]): string {
  let left = -2
  for (const _ in ecs) left++
  for (const { name } of copied) if (name !== 'event') left--
  if (left === 0) return '{}'
  const { event, suidun } = ecs
  const values = copied.map((m) => ecs[m.name])
  ecs.event = undefined
  ecs.suidun = undefined
  for (const { name } of copied) ecs[name] = undefined
  const text = JSON.stringify(ecs)
  for (let i = 0; i < copied.length; i++) ecs[copied[i]!.name] = values[i]
  ecs.event = event
  ecs.suidun = suidun
  return text
}

/** An object's members with a comma before the first, to stand behind others; `first` before that. */
function behind(json: string, first = ''): string {
  return json.length > 2 ? `${first},${json.slice(1, -1)}` : first
}

function isEmpty(rest: Draft['rest']): boolean {
  for (const _ in rest) return false
  return true
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
