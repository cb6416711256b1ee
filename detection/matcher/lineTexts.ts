import { type Literal, layout, type ScanMemory, writeRules } from '../scan/index.ts'

/** A text as it is sought in lines: UTF-8, with the bit that folds case. */
export interface LineText {
  /** Where it stands, and how many bytes it has. */
  readonly text: number
  readonly length: number
  /** Whether the text, before it was written, was of ASCII. */
  readonly ascii: boolean
}

/** Texts in the scan's memory, each written once, and lists of rules, of one rule once. */
export class LineTexts {
  readonly #memory: ScanMemory
  readonly #escaped = new Map<string, LineText>()
  readonly #alone: number[] = []

  constructor(memory: ScanMemory) {
    this.#memory = memory
  }

  /** The text as JSON holds it. */
  escaped(text: string): LineText {
    const before = this.#escaped.get(text)
    if (before !== undefined) return before
    const ascii = ASCII.test(text)
    const bytes = JSON.stringify(text).slice(1, -1)
    const length = ascii ? bytes.length : Buffer.byteLength(bytes)
    const memory = this.#memory
    const at = memory.allocate(length)
    memory.bytes.write(bytes, at, length, ascii ? 'latin1' : 'utf8')
    const { words } = memory
    for (let word = at >>> 2; word << 2 < at + length; word++) words[word]! |= layout.FOLD
    const made = { text: at, length, ascii }
    this.#escaped.set(text, made)
    return made
  }

  /** The address of a list of rules; 0 if there are none. */
  rules(rules: readonly number[]): number {
    if (rules.length === 0) return 0
    if (rules.length > 1) return writeRules(this.#memory, rules)
    this.#alone[rules[0]!] ??= writeRules(this.#memory, rules)
    return this.#alone[rules[0]!]!
  }

  /** As literals of a table. */
  literals(rulesByText: ReadonlyMap<LineText, readonly number[]>): readonly Literal[] {
    const literals: Literal[] = []
    rulesByText.forEach((rules, { text, length }) => {
      literals.push({ text, length, rules: this.rules(rules) })
    })
    return literals
  }
}

/** How many bytes a text of ASCII takes in a line. */
export function bytesOf(text: string): number {
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22 || code === 0x5c) bytes++
    else if (code < 0x20) return Buffer.byteLength(JSON.stringify(text)) - 2
  }
  return bytes
}

export const ASCII = /^[\0-\x7f]*$/
