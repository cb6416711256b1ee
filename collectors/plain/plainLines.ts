import { readFileSync } from 'node:fs'
import type { EstateSnapshot } from '../../core/model/index.ts'
import { UNUSUAL_NAMES } from '../../core/usualForm.ts'
import type { Origin } from '../contract.ts'
import type { LineBuffer } from '../intake/lineBuffer.ts'
import { endText, HEAD, NO_ID, type Place, TAIL } from '../intake/lineParts.ts'
import { aboutLine, isTolerated } from '../normalise/about.ts'
import { address } from '../normalise/coerce.ts'
import { iso } from '../normalise/iso.ts'
import { type Placement, placementOf } from '../normalise/placement.ts'
import { loadMappings } from '../parsers/mappings.ts'
import { KeyTable } from './keyTable.ts'
import * as at from './layout.ts'

const PAGE = 1 << 16
/** Names that are learnt from one line before it is given up. */
const MOST_LEARNT = 8
/** Texts of addresses, and hosts, that are remembered; then all are forgotten. */
const MOST_KNOWN = 10_000
/** So many lines in a row that are not plain: from then on only one of a few is tried. */
const PATIENCE = 64
const TRY_EVERY = 16

interface Exports {
  readonly memory: WebAssembly.Memory
  readonly walk: (from: number, end: number, out: number) => number
  readonly finish: () => number
  readonly hashOf: (parent: number, key: number, length: number) => number
}

/**
 * Turns lines into those of the spool without parsing them, where they are plain: JSON objects of which every part is just as
 * the catalogue wants it, or for the remainder, and whose time, host and kind of event can be told. What it writes is the same
 * event as what the normaliser makes of the line; of any other line it leaves the work to that. One pass over the bytes, in
 * WebAssembly.
 */
export class PlainLines {
  #placement: Placement
  readonly #scan: Exports
  readonly #memory: Buffer
  readonly #words: Uint32Array
  readonly #time: Float64Array
  readonly #keys: KeyTable
  readonly #addresses = new Set<string>()
  readonly #systems = new Map<string, string | undefined>()
  #bytes: Buffer = Buffer.alloc(0)
  /** Part of the body that is in the window. */
  #from = 0
  #to = 0
  #out: number = at.OUTPUT
  #received = Number.NaN
  /** What the end text was made of. */
  #origin: Origin | undefined
  #system: string | undefined
  #tolerated = false
  #lane = -1
  #misses = 0

  constructor(estate: EstateSnapshot) {
    this.#placement = placementOf(estate)
    this.#scan = new WebAssembly.Instance(compiled()).exports as unknown as Exports
    const { memory } = this.#scan
    memory.grow(Math.max(0, at.SIZE / PAGE - memory.buffer.byteLength / PAGE))
    this.#memory = Buffer.from(memory.buffer)
    this.#words = new Uint32Array(memory.buffer)
    this.#time = new Float64Array(memory.buffer, at.TIME, 1)
    const { all } = loadMappings().audit.recognise
    // What names guarded data must be looked at, an application's audit log is read by its own mapping, and what may have
    // another form than the usual one is parsed.
    const guarded = ['suidun', 'audit.object.name', '__proto__', ...all]
    this.#keys = new KeyTable(this.#memory, this.#scan.hashOf, [...guarded, ...UNUSUAL_NAMES])
    this.#constant(at.HEAD, at.HEAD_LENGTH, `${HEAD}${NO_ID}","original":"`)
    this.#constant(at.KIND, at.KIND_LENGTH, ',"kind":"event"')
    this.#constant(at.REST_HEAD, at.REST_HEAD_LENGTH, ',"rest":{')
  }

  /** From now on lines are placed by another state of the estate. */
  use(estate: EstateSnapshot): void {
    this.#placement = placementOf(estate)
    this.#systems.clear()
  }

  /** Begins with the lines of another body, valid UTF-8. */
  open(bytes: Buffer): void {
    this.#bytes = bytes
    this.#to = 0
  }

  /**
   * Writes the line of the body at `from` … `to`, behind which there is its end, if it is plain. Bytes are held back until
   * `flush`; the place is where they will stand if nothing else is written to `into` before.
   */
  take(from: number, to: number, origin: Origin, lane: number, into: LineBuffer): Place | undefined {
    if (this.#misses >= PATIENCE && this.#misses++ % TRY_EVERY !== 0) return undefined
    if (to - from > at.LONGEST || !this.#isPlain(from, to) || !this.#describe(origin, lane)) {
      this.#misses++
      return undefined
    }
    this.#misses = 0
    const start = into.length + this.#out - at.OUTPUT
    this.#out = this.#scan.finish()
    const end = into.length + this.#out - at.OUTPUT
    if (this.#out > at.FULL) this.flush(into)
    return { start, end, seqAt: end - TAIL.length }
  }

  /** Gives what is held back to `into`. */
  flush(into: LineBuffer): void {
    if (this.#out > at.OUTPUT) into.bytes(this.#memory, at.OUTPUT, this.#out)
    this.#out = at.OUTPUT
  }

  #isPlain(from: number, to: number): boolean {
    if (from < this.#from || to > this.#to) this.#load(from)
    const start = at.WINDOW + from - this.#from
    const end = at.WINDOW + to - this.#from
    for (let learnt = 0; ; learnt++) {
      const status = this.#scan.walk(start, end, this.#out)
      if (status !== at.UNKNOWN) return status === at.YES && this.#isTold()
      const key = this.#memory.toString('latin1', this.#word(at.KEY_FROM), this.#word(at.KEY_TO))
      if (learnt === MOST_LEARNT || !this.#keys.learn(this.#word(at.DETAIL), key)) return false
    }
  }

  /** Whether nothing has to be sought in the message, and addresses are written as they are stored. */
  #isTold(): boolean {
    const flags = this.#word(at.FLAGS)
    if ((flags & TOLD) !== TOLD) return false
    for (let i = 0; i < this.#word(at.CHECK_COUNT); i++) {
      const text = this.#memory.toString('latin1', this.#word(at.CHECKS + i * 8), this.#word(at.CHECKS + i * 8 + 4))
      if (this.#addresses.has(text)) continue
      if (address(text) !== text) return false
      if (this.#addresses.size >= MOST_KNOWN) this.#addresses.clear()
      this.#addresses.add(text)
    }
    return true
  }

  /** Makes ready what the platform says of the line; false if there is no room for it. */
  #describe(origin: Origin, lane: number): boolean {
    const { receivedAt } = origin
    const tolerated = isTolerated(this.#time[0]!, receivedAt)
    const system = origin.systemId ?? this.#systemOf(origin.unitId)
    if (receivedAt !== this.#received) {
      this.#received = receivedAt
      this.#constant(at.ADDED, at.ADDED_LENGTH, `,"ingested":"${iso(receivedAt)}"}`)
    }
    if (origin === this.#origin && system === this.#system && tolerated === this.#tolerated && lane === this.#lane)
      return true
    const text = endText(aboutLine(origin, 'event', tolerated, system), lane)
    if (Buffer.byteLength(text) > at.LONGEST_END) return false
    this.#constant(at.END, at.END_LENGTH, text)
    this.#origin = origin
    this.#system = system
    this.#tolerated = tolerated
    this.#lane = lane
    return true
  }

  /** The system that the host of the line belongs to. */
  #systemOf(unitId: string): string | undefined {
    if (!this.#placement.knows(unitId)) return undefined
    const [name, hostname, ip] = [this.#place(0), this.#place(8), this.#place(16)]
    const key = `${unitId}\n${name}\n${hostname}\n${ip}`
    if (this.#systems.has(key)) return this.#systems.get(key)
    const host = {
      ...(name !== '' && { name: JSON.parse(name) }),
      ...(hostname !== '' && { hostname: JSON.parse(hostname) }),
      ...(ip !== '' && { ip: [JSON.parse(ip)].flat() }),
    }
    const system = this.#placement.system(unitId, { host }, undefined)
    if (this.#systems.size >= MOST_KNOWN) this.#systems.clear()
    this.#systems.set(key, system)
    return system
  }

  /** The JSON text of one of the values by which lines are placed. */
  #place(which: number): string {
    const from = this.#word(at.PLACES + which)
    return from === 0 ? '' : this.#memory.toString('utf8', from, this.#word(at.PLACES + which + 4))
  }

  #load(from: number): void {
    const to = Math.min(this.#bytes.length, from + at.WINDOW_SIZE)
    this.#bytes.copy(this.#memory, at.WINDOW, from, to)
    // Stops the walk behind the last line.
    this.#memory.fill(0, at.WINDOW + to - from, at.WINDOW + to - from + 64)
    this.#from = from
    this.#to = to
  }

  #word(address: number): number {
    return this.#words[address >>> 2]!
  }

  #constant(where: number, length: number, text: string): void {
    this.#words[length >>> 2] = this.#memory.write(text, where, 'utf8')
  }
}

/** A line needs these to be plain. */
const TOLD = at.IS_TIMESTAMP | at.IS_HOST_NAME | at.IS_TOLD

function compiled(): WebAssembly.Module {
  return new WebAssembly.Module(readFileSync(new URL('./plain.wasm', import.meta.url)))
}
