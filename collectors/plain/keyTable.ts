import { compileKeys, type Group, type Leaf } from '../normalise/catalogue.ts'
import * as at from './layout.ts'

/** Names of the remainder that are kept with their whole path; longer ones make a line one that is not plain. */
const LONGEST_NAME = 100
/** Printable ASCII that JSON writes as it is, and no dot: a dotted key may be another spelling of a nested one. */
const LEARNABLE = /^[ !#-\-/-[\]-~]+$/

const TYPES = {
  keyword: at.KEYWORD,
  long: at.LONG,
  double: at.DOUBLE,
  boolean: at.BOOLEAN,
  date: at.DATE,
  ip: at.ADDRESS,
} as const

const FLAGS: Readonly<Record<string, number>> = {
  '@timestamp': at.IS_TIMESTAMP,
  event: at.IS_EVENT,
  'event.kind': at.IS_KIND,
  'event.action': at.IS_TOLD,
  'event.category': at.IS_TOLD,
  'host.name': at.IS_HOST_NAME,
  'host.hostname': at.IS_HOSTNAME,
  'host.ip': at.IS_HOST_IP,
}

/**
 * The names that plain lines may hold, as the scan looks them up: those of the catalogue, and those of the remainder as they are
 * met. Bounded: when it is full, it forgets what it has learnt.
 */
export class KeyTable {
  readonly #memory: Buffer
  readonly #words: Uint32Array
  readonly #hashOf: (parent: number, key: number, length: number) => number
  readonly #refused: ReadonlySet<string>
  /** Per node what stands before the names of what is within it. */
  #prefixes: string[] = []
  #used: number = at.NAMES

  /** `refused` are names, from the top level, of which no line is plain. */
  constructor(
    memory: Buffer,
    hashOf: (parent: number, key: number, length: number) => number,
    refused: readonly string[],
  ) {
    this.#memory = memory
    this.#words = new Uint32Array(memory.buffer, 0, at.SIZE / 4)
    this.#hashOf = hashOf
    this.#refused = new Set(refused)
    this.#begin()
  }

  /** Learns a name that the scan does not know; false if no line with it is plain. */
  learn(parent: number, key: string): boolean {
    const name = this.#prefixes[parent]! + key
    if (name.length > LONGEST_NAME || !LEARNABLE.test(key) || this.#refused.has(name)) return false
    if (this.#prefixes.length >= at.MOST_NODES || this.#used + 512 > at.NAMES_END) {
      this.#begin()
      return false
    }
    this.#add(parent, key, at.REMAINDER, name)
    return true
  }

  #begin(): void {
    this.#words.fill(0, at.TABLE / 4, at.NAMES_END / 4)
    this.#used = at.NAMES
    this.#prefixes = ['', '']
    this.#addGroup(at.ROOT, compileKeys())
  }

  #addGroup(parent: number, group: Group): void {
    for (const [key, known] of group.keys) {
      if (key.includes('.')) continue
      const name = group.prefix + key
      if ('keys' in known) this.#addGroup(this.#add(parent, key, at.GROUP | (FLAGS[name] ?? 0), name), known)
      else this.#add(parent, key, this.#infoOf(known), name)
    }
    if (parent === at.ROOT)
      for (const name of this.#refused) if (!name.includes('.')) this.#add(parent, name, at.REFUSED, name)
  }

  #infoOf({ name, type, multi, reserved }: Leaf): number {
    if (reserved !== undefined || this.#refused.has(name)) return at.REFUSED
    return TYPES[type] | (multi ? at.MULTI : 0) | (FLAGS[name] ?? 0)
  }

  #add(parent: number, key: string, info: number, name: string): number {
    const node = this.#prefixes.push(`${name}.`) - 1
    const keyAt = this.#write(key)
    const text = `"${name}":`
    const hash = this.#hashOf(parent, keyAt, key.length) >>> 0
    const entry = (at.NODES + node * at.NODE_SIZE) / 4
    this.#words.set([hash, parent, keyAt, key.length, info, this.#write(text), text.length], entry)
    let place = hash & at.TABLE_MASK
    while (this.#words[at.TABLE / 4 + place] !== 0) place = (place + 1) & at.TABLE_MASK
    this.#words[at.TABLE / 4 + place] = node
    return node
  }

  #write(text: string): number {
    const from = this.#used
    this.#used += (this.#memory.write(text, from, 'latin1') + 31) & ~15
    return from
  }
}
