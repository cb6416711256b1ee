import { posix } from 'node:path'
import type { Scalar, Value } from '../../core/event.ts'
import type { Draft, MutableEcs } from '../contract.ts'
import { addRest } from '../normalise/building.ts'

/** Joins so many records and characters to one event at most: what follows becomes a further event. */
const MOST_RECORDS = 128
const MOST_CHARACTERS = 1 << 20
/** Events under way at once; the oldest is finished for a further one. Processors write their records in between each other's. */
const MOST_OPEN = 32

/** A draft on its way out, with the numbers of the lines it was made of. */
interface Joined<T> {
  readonly draft: Draft
  /** Of its first line. */
  readonly from: T
  readonly lines: readonly number[]
}

interface Open<T> {
  draft: Draft
  readonly from: T
  readonly lines: number[]
  characters: number
}

/**
 * Joins the audit records of one event that come in one batch: their fields stand together (a field of several records is a
 * list), their raw lines in `event.original` one below the other. `finish` gives out what is still
 * open.
 */
export class RecordJoiner<T> {
  readonly #give: (joined: Joined<T>) => void
  readonly #open = new Map<string, Open<T>>()

  constructor(give: (joined: Joined<T>) => void) {
    this.#give = give
  }

  /** `sender` keeps apart what different hosts number alike. */
  add(draft: Draft, sender: string, line: number, from: T): void {
    const key = `${sender}\n${hostOf(draft)}\n${draft.record}`
    const open = this.#open.get(key)
    const characters = originalOf(draft).length
    if (open !== undefined && open.lines.length < MOST_RECORDS && open.characters + characters <= MOST_CHARACTERS) {
      open.draft = joinDrafts(open.draft, draft)
      open.lines.push(line)
      open.characters += characters
    } else {
      if (open !== undefined) this.#close(key, open)
      this.#open.set(key, { draft, from, lines: [line], characters })
      if (this.#open.size > MOST_OPEN) this.#closeOldest()
    }
    // The record that ends an event.
    if (draft.rest['auditd.log.record_type'] === 'EOE') this.#close(key, this.#open.get(key)!)
  }

  finish(): void {
    while (this.#open.size > 0) this.#closeOldest()
  }

  #closeOldest(): void {
    for (const [key, open] of this.#open) {
      this.#close(key, open)
      return
    }
  }

  #close(key: string, { draft, from, lines }: Open<T>): void {
    this.#open.delete(key)
    resolvePath(draft)
    this.#give({ draft, from, lines })
  }
}

function hostOf({ ecs }: Draft): string {
  const name = (ecs.host as MutableEcs | undefined)?.name
  return typeof name === 'string' ? name : ''
}

function originalOf({ ecs }: Draft): string {
  const original = (ecs.event as MutableEcs | undefined)?.original
  return typeof original === 'string' ? original : ''
}

/** What an event is about: of several records the one that says more. */
const RANK = ['info', 'access', 'change', 'deletion', 'creation', 'connection', 'start']

/** The second record's fields beside the first one's. */
function joinDrafts(one: Draft, more: Draft): Draft {
  const event = one.ecs.event as MutableEcs
  const other = more.ecs.event as MutableEcs
  event.original = `${originalOf(one)}\n${originalOf(more)}`
  if (rankOf(other) > rankOf(event)) {
    event.category = other.category!
    event.type = other.type!
    if (other.action !== undefined) event.action = other.action
    const file = more.ecs.file
    if (file !== undefined) one.ecs.file = file
  }
  fill(one.ecs, more.ecs)
  for (const [name, value] of Object.entries(more.rest)) addNew(one.rest, name, value)
  return { ...one, whole: undefined }
}

function rankOf({ type }: MutableEcs): number {
  return Array.isArray(type) ? Math.max(...type.map((t) => RANK.indexOf(t as string))) : -1
}

/** Puts in what the first lacks. */
function fill(into: MutableEcs, from: MutableEcs): void {
  for (const [name, value] of Object.entries(from)) {
    const there = into[name]
    if (there === undefined) into[name] = value
    else if (isGroup(there) && isGroup(value)) fill(there, value)
  }
}

function isGroup(value: Value | MutableEcs): value is MutableEcs {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Adds those values that are not there yet. */
function addNew(rest: Record<string, Value>, name: string, value: Value): void {
  const there = rest[name]
  if (there === undefined) {
    rest[name] = value
    return
  }
  const known = new Set<Scalar>(Array.isArray(there) ? (there as readonly Scalar[]) : [there as Scalar])
  const added = (Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]).filter((v) => !known.has(v))
  if (added.length > 0) addRest(rest, name, added.length === 1 ? added[0]! : added)
}

/** A file is named as the process named it: from where it stood. */
function resolvePath({ ecs }: Draft): void {
  const file = ecs.file as MutableEcs | undefined
  const cwd = (ecs.process as MutableEcs | undefined)?.working_directory
  if (typeof file?.path !== 'string' || typeof cwd !== 'string' || !cwd.startsWith('/')) return
  if (!file.path.startsWith('/')) file.path = posix.join(cwd, file.path)
}
