import type { MutableEcs } from '../contract.ts'

/** Where in its buffer a written line stands, and what of it is still to be filled in. */
export interface Place {
  readonly start: number
  /** Behind its line feed. */
  readonly end: number
  readonly seqAt: number
}

/** What every line begins with; its id follows. */
export const HEAD = '{"event":{"id":"'
/** Characters of an id. */
export const ID = 32
export const NO_ID = '0'.repeat(ID)
/** Digits of the largest number there is room for; a shorter one stands behind blanks. */
export const SEQ = 16
/** What every line ends with: its number, and the end of `suidun` and of the line. */
export const TAIL = `${' '.repeat(SEQ)}}}\n`

let lastAbout: MutableEcs = {}
let lastLane = -1
let lastEnd = ''

/** The `suidun` group and the end of the line: of most lines the same as of the one before. */
export function endText(suidun: MutableEcs, lane: number): string {
  if (lane !== lastLane || !isSame(suidun, lastAbout)) {
    lastEnd = `,"suidun":{${JSON.stringify(suidun).slice(1, -1)},"lane":${lane},"seq":${TAIL}`
    lastAbout = suidun
    lastLane = lane
  }
  return lastEnd
}

/** Whether they hold the same; lists are taken for different. */
function isSame(a: MutableEcs, b: MutableEcs): boolean {
  let keys = 0
  for (const key in a) {
    const one = a[key]!
    const other = b[key]
    if (one !== other && !(isObject(one) && isObject(other) && isSame(one, other))) return false
    keys++
  }
  for (const _ in b) keys--
  return keys === 0
}

function isObject(value: MutableEcs[string] | undefined): value is MutableEcs {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
