import { existsSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { createAuditReader } from '../../collectors/index.ts'
import { AppError } from '../../core/errors.ts'
import type { EventView } from '../../core/event.ts'
import { jsonObject } from '../../core/jsonObject.ts'
import { viewOfJson } from '../../core/view.ts'
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
  const line = wholeNumber(args, 'line')
  if (named === '-') return fromText(await readAll(shell.stdin), line)
  const path = resolve(shell.cwd, named)
  const isId = /^[0-9a-f]{32}$/.test(named)
  if (existsSync(path) && statSync(path).isFile()) return fromText(readText(path), line)
  if (!isId) throw new AppError('CFG-002', { path: named })
  const { config } = readConfig(shell)
  return await storedEvent(named, text(args, 'key') ?? shell.env.SUIDUN_KEY, { config, shell })
}

function readText(path: string): string {
  if (statSync(path).size > LONGEST) throw tooLong()
  return readFileSync(path, 'utf8')
}

async function readAll(stream: Readable): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of stream) {
    parts.push(part as Buffer)
    length += (part as Buffer).length
    if (length > LONGEST) throw tooLong()
  }
  return Buffer.concat(parts).toString('utf8')
}

const tooLong = () => new AppError('CFG-005', { problem: 'the text with the event is longer than 64 MiB' })

/**
 * An event written as JSON; of several, one a line, the one of that number. Records of the Linux audit system are joined by event, as
 * `match` does it.
 */
function fromText(whole: string, line: number | undefined): EventToExplain {
  const text = line === undefined ? whole.trim() : whole.split('\n')[line - 1]
  if (text === undefined || text.trim() === '')
    throw new AppError('CFG-005', { problem: line === undefined ? 'there is no event' : `--event has no line ${line}` })
  const object = jsonObject(text)
  if (object !== undefined) return eventOf(object, text.replace(/\r$/, ''))
  const joined = auditEvents(whole).filter((e) => line === undefined || e.lines.includes(line))
  if (joined.length === 1) return eventOf(joined[0]!.event, text)
  const several = joined.length > 1 || jsonObject(whole.trim().split('\n')[0]!) !== undefined
  const problem =
    line === undefined && several
      ? 'there are several events; choose one with --line N'
      : 'the event is not a JSON object'
  throw new AppError('CFG-005', { problem })
}

function eventOf(object: object, text: string): EventToExplain {
  const view = viewOfJson(object)
  const original = view.get('event.original')
  return { view, original: typeof original === 'string' ? original : text, hidden: [] }
}

function auditEvents(text: string) {
  const reader = createAuditReader()
  for (const [i, line] of text.split('\n').entries()) reader.text(line, i + 1)
  return [...reader.take(), ...reader.end()]
}
