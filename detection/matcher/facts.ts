import { textOf } from '../../core/evaluate.ts'
import type { EcsObject, EventView, FieldRef, Scalar, StoredEvent, Value } from '../../core/event.ts'
import { fieldOf } from '../../core/fields.ts'
import { covers, NOT_SEARCHED } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import type { JsonObject } from '../../core/jsonObject.ts'
import type { TextTest } from '../../core/pattern.ts'
import { leafValue, listOf, objectsIn, viewOfJson, viewOfStored } from '../../core/view.ts'
import { Keywords } from './keywords.ts'

/** A name's part on the way to the fields that are wanted. */
interface Node {
  readonly children: Map<string, Node>
  /** Where the value of the name that ends here is kept, -1 if none ends here. */
  slot: number
}

/** Where the values of a field are kept, in the order of its names; which of them the event at hand fills first. */
export interface Slots {
  readonly of: readonly number[]
  epoch: number
  first: number
}

/** What keyword search looks at in an event. */
export interface Searched {
  readonly name: string
  readonly text: string
}

/** A line of JSON that is read only where it is asked about. */
export interface Line {
  /** The slots that it fills. */
  slots(): Uint32Array
  /** The value of one of them. */
  value(slot: number): Value
  /** Its folded text, if it is one text of ASCII. */
  folded(slot: number): string | undefined
  /** All of it, parsed. */
  object(): object
}

/** Where typed values of a wanted name stand: a key of a group of fields. */
interface Typed {
  readonly group: Group
  readonly key: string
}

/** A group of typed fields on the way to wanted ones; that of the event at hand is sought once. */
interface Group {
  readonly parent: Group | undefined
  readonly key: string
  object: EcsObject | undefined
  epoch: number
}

/** In place of a value that a line holds and nobody asked for. */
const UNREAD: Value = []
const NOTHING: StoredEvent = { ecs: {}, rest: {} }

/**
 * What rules want to know of the event at hand: the values of the fields they name, and their folded texts, made once when
 * first asked for. Of a stored event a value is fetched when a rule asks, for most rules never do; a parsed JSON object is
 * walked once, since a name may stand there in many spellings. Reused from event to event; `epoch` tells old from new.
 */
export class Facts {
  readonly #root: Node = { children: new Map(), slot: -1 }
  readonly #slotOf = new Map<string, number>()
  readonly #fields = new Map<string, Slots>()
  readonly #names: string[] = []
  /** Undefined where the catalogue lacks the name. */
  readonly #typed: (Typed | undefined)[] = []
  readonly #groups = new Map<string, Group>()
  readonly #values: (Value | undefined)[] = []
  readonly #seen: number[] = []
  /** The lists among the values that were made for the event at hand, so that more can be put into them. */
  readonly #lists: (Scalar[] | undefined)[] = []
  readonly #listAt: number[] = []
  readonly #folded: (string | readonly string[])[] = []
  readonly #foldedAt: number[] = []
  /** Counts the events read. */
  epoch = 0
  /** One of the three is the event at hand. */
  #stored: StoredEvent | undefined = NOTHING
  #json: object | undefined
  #line: Line | undefined
  #searched: readonly Searched[] = []
  #searchedAt = 0
  readonly keywords: Keywords = new Keywords(this)

  /** Slots for the names of a field; asked for while compiling only. */
  slots(field: FieldRef): Slots {
    const key = field.join('\n')
    const known = this.#fields.get(key)
    if (known !== undefined) return known
    const made: Slots = { of: field.map((name) => this.#slot(name)), epoch: 0, first: -1 }
    this.#fields.set(key, made)
    return made
  }

  #slot(name: string): number {
    const known = this.#slotOf.get(name)
    if (known !== undefined) return known
    const slot = this.#names.push(name) - 1
    this.#typed.push(fieldOf(name) === undefined ? undefined : this.#typedOf(name))
    this.#slotOf.set(name, slot)
    this.#values.push(undefined)
    this.#seen.push(0)
    this.#lists.push(undefined)
    this.#listAt.push(0)
    this.#folded.push('')
    this.#foldedAt.push(0)
    grow(this.#root, name, slot)
    return slot
  }

  readStored(event: StoredEvent): void {
    this.epoch++
    this.#stored = event
    this.#json = undefined
    this.#line = undefined
    for (const name of Object.keys(event.rest)) {
      const slot = this.#slotOf.get(name)
      if (slot === undefined) continue
      this.#seen[slot] = this.epoch
      this.#values[slot] = this.#withTyped(slot, event.rest[name]!)
    }
  }

  readJson(object: object): void {
    this.epoch++
    this.#stored = undefined
    this.#json = object
    this.#line = undefined
    this.#walkJson(object as JsonObject, this.#root)
  }

  readLine(line: Line): void {
    this.epoch++
    this.#stored = undefined
    this.#json = undefined
    this.#line = line
    for (const slot of line.slots()) {
      this.#seen[slot] = this.epoch
      this.#values[slot] = UNREAD
    }
  }

  #typedOf(name: string): Typed {
    const end = name.lastIndexOf('.')
    return { group: this.#group(end < 0 ? '' : name.slice(0, end)), key: name.slice(end + 1) }
  }

  #group(path: string): Group {
    const known = this.#groups.get(path)
    if (known !== undefined) return known
    const end = path.lastIndexOf('.')
    const parent = path === '' ? undefined : this.#group(end < 0 ? '' : path.slice(0, end))
    const made: Group = { parent, key: path.slice(end + 1), object: undefined, epoch: 0 }
    this.#groups.set(path, made)
    return made
  }

  /** The typed value of a slot. */
  #fetch(slot: number): Value | undefined {
    const typed = this.#typed[slot]
    if (typed === undefined) return undefined
    const value = this.#objectOf(typed.group)?.[typed.key]
    return value === undefined || isGroup(value) ? undefined : (value as Value)
  }

  #objectOf(group: Group): EcsObject | undefined {
    if (group.epoch === this.epoch) return group.object
    group.epoch = this.epoch
    if (group.parent === undefined) group.object = this.#stored!.ecs
    else {
      const inner = this.#objectOf(group.parent)?.[group.key]
      group.object = isGroup(inner) ? inner : undefined
    }
    return group.object
  }

  #withTyped(slot: number, rest: Value): Value {
    const typed = this.#fetch(slot)
    return typed === undefined ? rest : [...listOf(typed), ...listOf(rest)]
  }

  /** As deep as the wanted names have parts. */
  #walkJson(object: JsonObject, node: Node): void {
    for (const key of Object.keys(object)) {
      const child = node.children.get(key) ?? (key.includes('.') ? descend(node, key) : undefined)
      if (child === undefined) continue
      const value = object[key]
      if (typeof value !== 'object' || value === null) {
        if (child.slot >= 0) this.#put(child.slot, value as Scalar)
        continue
      }
      if (child.slot >= 0) {
        const leaf = leafValue(value)
        if (leaf !== undefined) this.#put(child.slot, leaf)
      }
      if (child.children.size === 0) continue
      if (!Array.isArray(value)) this.#walkJson(value as JsonObject, child)
      else for (const inner of objectsIn(value)) this.#walkJson(inner, child)
    }
  }

  #put(slot: number, value: Value): void {
    if (this.#seen[slot] !== this.epoch) {
      this.#seen[slot] = this.epoch
      this.#values[slot] = value
      return
    }
    if (this.#listAt[slot] !== this.epoch) {
      this.#listAt[slot] = this.epoch
      this.#values[slot] = this.#lists[slot] = [...listOf(this.#values[slot]!)]
    }
    const list = this.#lists[slot]!
    for (const v of listOf(value)) list.push(v)
  }

  /** The names that slots were given for, in their order. */
  get names(): readonly string[] {
    return this.#names
  }

  nameOf(slot: number): string {
    return this.#names[slot]!
  }

  /** The first of the slots that the event fills, -1 if none. */
  first(slots: Slots): number {
    if (slots.epoch === this.epoch) return slots.first
    slots.epoch = this.epoch
    slots.first = this.#find(slots.of)
    return slots.first
  }

  #find(slots: readonly number[]): number {
    for (const slot of slots) {
      if (this.#seen[slot] !== this.epoch) {
        if (this.#stored === undefined) continue
        this.#seen[slot] = this.epoch
        this.#values[slot] = this.#fetch(slot)
      }
      if (this.#values[slot] !== undefined) return slot
    }
    return -1
  }

  /** The value of a slot, which the event fills. */
  value(slot: number): Value {
    const value = this.#values[slot]!
    if (value !== UNREAD) return value
    const read = this.#line!.value(slot)
    this.#values[slot] = read
    return read
  }

  /** Whether a text of a filled slot passes, as it stands. */
  someRaw(slot: number, test: TextTest): boolean {
    const value = this.value(slot)
    if (value === null) return false
    if (typeof value !== 'object') return test(textOf(value))
    for (const v of value) if (v !== null && test(textOf(v))) return true
    return false
  }

  /** Whether a text of a filled slot passes, folded. */
  someFolded(slot: number, test: TextTest): boolean {
    const folded = this.folded(slot)
    if (typeof folded === 'string') return test(folded)
    for (const text of folded) if (test(text)) return true
    return false
  }

  /** The folded text of a filled slot, or several (none where it is null). */
  folded(slot: number): string | readonly string[] {
    if (this.#foldedAt[slot] !== this.epoch) {
      this.#foldedAt[slot] = this.epoch
      const text = this.#values[slot] === UNREAD ? this.#line!.folded(slot) : undefined
      this.#folded[slot] = text ?? foldAll(this.value(slot))
    }
    return this.#folded[slot]!
  }

  /** Every text that keyword search looks at, as it stands. */
  searched(): readonly Searched[] {
    if (this.#searchedAt !== this.epoch) {
      this.#searchedAt = this.epoch
      this.#searched = collect(
        this.#stored === undefined ? viewOfJson(this.#json ?? this.#line!.object()) : viewOfStored(this.#stored),
      )
    }
    return this.#searched
  }
}

function foldAll(value: Value): string | readonly string[] {
  if (value === null) return []
  if (typeof value !== 'object') return fold(textOf(value))
  const texts: string[] = []
  for (const v of value) if (v !== null) texts.push(fold(textOf(v)))
  return texts.length === 1 ? texts[0]! : texts
}

function isGroup(node: Value | EcsObject | undefined): node is EcsObject {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}

function collect(view: EventView): readonly Searched[] {
  const all: Searched[] = []
  view.some((name, value) => {
    if (value === null || covers(NOT_SEARCHED, name)) return false
    if (typeof value !== 'object') all.push({ name, text: textOf(value) })
    else for (const v of value) if (v !== null) all.push({ name, text: textOf(v) })
    return false
  })
  return all
}

function grow(root: Node, name: string, slot: number): void {
  let node = root
  for (const part of name.split('.')) {
    let next = node.children.get(part)
    if (next === undefined) {
      next = { children: new Map(), slot: -1 }
      node.children.set(part, next)
    }
    node = next
  }
  node.slot = slot
}

/** Follows a key with dots in it. */
function descend(from: Node, key: string): Node | undefined {
  let node: Node | undefined = from
  for (let start = 0; node !== undefined; ) {
    const dot = key.indexOf('.', start)
    node = node.children.get(dot < 0 ? key.slice(start) : key.slice(start, dot))
    if (dot < 0) return node
    start = dot + 1
  }
  return undefined
}
