import { layout as at, type ScanMemory, writeInside, writeTexts } from '../scan/index.ts'
import type { Cost } from './cover.ts'
import type { Part } from './covers.ts'
import { ASCII, bytesOf, type LineText, LineTexts } from './lineTexts.ts'
import { addRule, fileRule } from './ruleLists.ts'

/** What is sought in a field: words in the order of the layout, and which ways of writing call for another text to probe. */
export interface FieldTables {
  readonly words: readonly number[]
  readonly odd: number
}

/** What is sought in a whole line, likewise; rules whose texts are too short to be sought are always candidates. */
export interface KeywordTables {
  readonly table: number
  readonly always: readonly number[]
  readonly odd: number
}

/** Texts of so many bytes are sought inside others; shorter ones by their pairs of bytes. */
const LONG = 4
const SHORT = 2

/** What numbers are printed with: such a text may stand in one that is written in another way. */
const NUMERIC = /^([0-9.e+-]+|-?i?n?f?i?n?i?t?y?)$/

/** Writes tables of what the scan has to look for so that no rule is missed. */
export class LineTables {
  readonly #memory: ScanMemory
  readonly #texts: LineTexts

  constructor(memory: ScanMemory) {
    this.#memory = memory
    this.#texts = new LineTexts(memory)
  }

  /** The address of a list of rules; 0 if there are none. */
  rules(rules: readonly number[]): number {
    return this.#texts.rules(rules)
  }

  ofField(parts: readonly Part[]): FieldTables {
    const present: number[] = []
    const beyond: number[] = []
    const terms: Sought = new Map()
    const prefixes: Sought = new Map()
    const suffixes: Sought = new Map()
    const inside: Sought = new Map()
    const short: Sought = new Map()
    const insideBeyond: Sought = new Map()
    let odd = 0
    for (const { rule, probes } of parts) {
      for (const probe of probes) {
        if (probe.kind === 'present' || probe.kind === 'keyword') {
          addRule(present, rule)
          continue
        }
        const text = this.#texts.escaped(probe.text)
        odd |= text.ascii ? at.ODD_ASCII : at.ODD_ASCII | at.ODD_OTHER
        if (probe.kind === 'term') fileRule(terms, text, rule)
        else if (probe.kind === 'prefix') fileRule(prefixes, text, rule)
        else if (probe.kind === 'suffix') fileRule(suffixes, text, rule)
        else if (!text.ascii) {
          if (text.length < LONG) addRule(beyond, rule)
          else fileRule(insideBeyond, text, rule)
        } else if (text.length < SHORT) addRule(present, rule)
        else fileRule(text.length < LONG ? short : inside, text, rule)
      }
    }
    const memory = this.#memory
    const texts = this.#texts
    const words = [
      texts.rules(present),
      writeTexts(memory, texts.literals(terms), 'whole'),
      writeTexts(memory, texts.literals(prefixes), 'start'),
      writeTexts(memory, texts.literals(suffixes), 'end'),
      writeInside(memory, texts.literals(inside), 4),
      writeInside(memory, texts.literals(short), 2),
      texts.rules(beyond),
      writeInside(memory, texts.literals(insideBeyond), 4),
      odd,
    ]
    return { words, odd }
  }

  ofKeywords(parts: readonly Part[]): KeywordTables {
    const sought: Sought = new Map()
    const always: number[] = []
    let odd: number = at.ODD_ASCII
    for (const { rule, probes } of parts) {
      for (const probe of probes) {
        if (probe.kind !== 'keyword') continue
        const text = this.#texts.escaped(probe.text)
        if (text.length < LONG) addRule(always, rule)
        else fileRule(sought, text, rule)
        if (NUMERIC.test(probe.text)) odd |= at.ODD_NUMBER
        if (!text.ascii) odd |= at.ODD_OTHER
      }
    }
    return {
      table: writeInside(this.#memory, this.#texts.literals(sought), 4),
      always,
      odd: sought.size > 0 ? odd : 0,
    }
  }
}

type Sought = Map<LineText, number[]>

/** What a probe costs the scan: texts that it cannot seek, and those that make it look at every byte. */
export function lineCost(cost: Cost): Cost {
  return (probe) => {
    if (probe.kind !== 'contains' && probe.kind !== 'keyword') return cost(probe)
    const { text } = probe
    const ascii = ASCII.test(text)
    if (probe.kind === 'keyword') {
      const length = ascii ? bytesOf(text) : Buffer.byteLength(JSON.stringify(text)) - 2
      return length < LONG ? 1 : cost(probe) + scanCost(length)
    }
    if (!ascii || text.length >= NO_COST) return cost(probe)
    const length = bytesOf(text)
    return length < SHORT ? cost({ kind: 'present', field: probe.field }) : cost(probe) + scanCost(length)
  }
}

/** Texts of so many bytes are sought in long strides. */
const NO_COST = 11

/** What it costs that every byte, or every fourth, must be looked at. */
function scanCost(length: number): number {
  return length < 7 ? 0.02 : length < NO_COST ? 0.002 : 0
}
