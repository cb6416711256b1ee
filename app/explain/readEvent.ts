import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { createAuditReader } from '../../collectors/index.ts'
import { AppError } from '../../core/errors.ts'
import type { EventView } from '../../core/event.ts'
import { type JsonObject, jsonObject } from '../../core/jsonObject.ts'
import { usualForm, viewOfEvent } from '../../core/usualForm.ts'
import { decodeText, eventsOfText, eventsWithin, type TextEvent } from '../../detection/index.ts'
import type { Arguments, Shell } from '../command.ts'
import { required, text, wholeNumber } from '../options.ts'
import { readConfig } from '../readConfig.ts'
import { storedEvent } from './storedEvent.ts'

/** An event to explain rules on. */
export interface EventToExplain {
  readonly view: EventView
  /** The raw line: what the event says it came from, else its own text. */
  readonly original: string | undefined
  /** Fields that stand in it but were taken out for the key that asked for it. */
  readonly hidden: readonly string[]
}

/** Longest text of an event file, bytes. */
const LONGEST = 64 * 1024 * 1024

/** The event that `--event` names: a file, `-` for standard input, or the id of a stored one. */
export async function readEvent(args: Arguments, shell: Shell): Promise<EventToExplain> {
  const named = required(args, 'event')
  const choice = { line: wholeNumber(args, 'line'), place: wholeNumber(args, 'place') }
  if (named === '-') return fromText(await readAll(shell.stdin), choice)
  const path = resolve(shell.cwd, named)
  const isId = /^[0-9a-f]{32}$/.test(named)
  if (existsSync(path) && statSync(path).isFile()) return fromText(readText(path), choice)
  if (!isId) throw new AppError('CFG-002', { path: named })
  const { config } = readConfig(shell)
  return await storedEvent(named, text(args, 'key') ?? shell.env.SUIDUN_KEY, { config, shell })
}

function readText(path: string): string {
  if (statSync(path).size > LONGEST) throw tooLong()
  return decodeText(readFileSync(path))
}

async function readAll(stream: Readable): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stream) {
    parts.push(part as Buffer)
    length += (part as Buffer).length
    if (length > LONGEST) throw tooLong()
  }
  return decodeText(Buffer.concat(parts))
}

const tooLong = () => new AppError('CFG-005', { problem: 'the text with the event is longer than 64 MiB' })

/** Which event of a text: the line, of several in a line the place. */
interface Choice {
  readonly line: number | undefined
  readonly place: number | undefined
}

/**
 * An event written as JSON; of several (one a line, over lines, in a list) the one of that line and place, as `match` tells them.
 * Records of the Linux audit system are joined by event, as `match` does it.
 */
function fromText(whole: string, choice: Choice): EventToExplain {
  const { line } = choice
  const alone = line === undefined ? jsonObject(whole.trim()) : undefined
  if (alone !== undefined) return eventOf(alone, whole.trim(), choice)
  const spread = eventsOfText(whole)
  if (spread !== undefined) return fromSpread(spread, choice)
  const text = line === undefined ? whole.trim() : whole.split('\n')[line - 1]
  if (text === undefined || text.trim() === '')
    throw refused(line === undefined ? 'there is no event' : `--event has no line ${line}`)
  const object = jsonObject(text)
  if (object !== undefined) return eventOf(object, text.replace(/\r$/, ''), choice)
  const joined = auditEvents(whole).filter((e) => line === undefined || e.lines.includes(line))
  if (joined.length === 1) return eventOf(joined[0]!.event as JsonObject, text, choice)
  const several = joined.length > 1 || jsonObject(whole.trim().split('\n')[0]!) !== undefined
  throw refused(line === undefined && several ? SEVERAL : NO_OBJECT)
}

const NO_OBJECT = 'the event is not a JSON object'
const SEVERAL = 'there are several events; choose one with --line N'

/** Of events over lines the one that the line belongs to; of several that begin in it the one with that place. */
function fromSpread(events: readonly TextEvent[], choice: Choice): EventToExplain {
  const { line, place } = choice
  const objects = events.flatMap((e) => {
    const object = jsonObject(e.text)
    return object === undefined ? [] : [{ ...e, object }]
  })
  const near = objects.findLast(
    (e) => line !== undefined && e.line <= line && line < e.line + e.text.split('\n').length,
  )
  const found = line === undefined ? objects : objects.filter((e) => e.line === near?.line)
  const chosen = found.length > 1 && place !== undefined ? found.filter((e) => (e.event ?? 1) === place) : found
  const [one] = chosen
  if (one === undefined)
    throw refused(objects.length > 0 && line !== undefined ? `no such event stands on line ${line}` : NO_OBJECT)
  if (chosen.length > 1) throw refused(line === undefined ? SEVERAL : severalIn(line))
  return eventOf(one.object, one.text, found.length > 1 ? { line, place: undefined } : choice)
}

const severalIn = (line: number) => `several events stand on line ${line}; choose one with --place N, as match tells it`

function refused(problem: string): AppError {
  return new AppError('CFG-005', { problem })
}

/** An object as an event; of a list as clouds hand it over the one with that place. */
function eventOf(object: JsonObject, text: string, { line, place }: Choice): EventToExplain {
  const within = eventsWithin(usualForm(object) ?? object)
  if (within !== undefined) {
    const one = within.length === 1 ? within[0] : place === undefined ? undefined : within[place - 1]
    if (one !== undefined) return shown(one as JsonObject, JSON.stringify(one))
    throw refused(place === undefined ? severalIn(line ?? 1) : `no event has place ${place}`)
  }
  return shown(object, text)
}

function shown(object: JsonObject, text: string): EventToExplain {
  const view = viewOfEvent(object)
  const original = view.get('event.original')
  return { view, original: typeof original === 'string' ? original : text, hidden: [] }
}

function auditEvents(text: string) {
  const reader = createAuditReader()
  for (const [i, line] of text.split('\n').entries()) reader.text(line, i + 1)
  return [...reader.take(), ...reader.end()]
}
