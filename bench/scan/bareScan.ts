import {
  layout as at,
  type Literal,
  openScan,
  type Scan,
  ScanMemory,
  writeFields,
  writeKeys,
  writePlan,
} from '../../detection/scan/index.ts'

/** So many bytes of lines are looked at. */
const BLOCK = 8 << 20

/** The compiled scan over a memory of its own, for names, without a matcher: lines stand in memory from the start. */
export class BareScan {
  readonly memory = new ScanMemory(at.CONTROL_END)
  readonly scan: Scan
  /** Where each of the lines begins that fit. */
  readonly lines: readonly number[]
  readonly #slots: number

  constructor(names: readonly string[], lines: readonly string[]) {
    const { memory } = this
    const block = memory.allocate(BLOCK + 64)
    const starts: number[] = []
    let p = block
    for (const line of lines) {
      const bytes = Buffer.from(`${line}\n`)
      if (p + bytes.length > block + BLOCK) break
      starts.push(p)
      memory.bytes.set(bytes, p)
      p += bytes.length
    }
    this.lines = starts
    this.#slots = names.length
    writeKeys(memory, names)
    for (const table of [at.SLOT_FIRST, at.SLOT_LAST, at.SLOT_LINE, at.SLOT_FIELD, at.PRESENT]) {
      memory.setWord(table, memory.allocate(names.length * 4))
    }
    memory.setWord(at.STACK, memory.allocate(at.MOST_DEPTH * 16))
    memory.setWord(at.SPANS, memory.allocate((at.MOST_SPANS + 1) * at.SPAN_SIZE))
    this.scan = openScan(memory)
    this.scan.prepare()
  }

  walkAll(): void {
    for (const line of this.lines) this.scan.walk(line)
  }

  /** Texts as tables take them; each is a rule of its own. */
  literals(texts: readonly string[]): readonly Literal[] {
    const { memory } = this
    memory.setWord(at.FOUND, memory.allocate(texts.length * 4))
    memory.setWord(at.RULE_LINE, memory.allocate(texts.length * 4))
    return texts.map((text, rule) => {
      const bytes = Buffer.from(JSON.stringify(text).slice(1, -1)).map((byte) => byte | (at.FOLD & 0xff))
      return { text: memory.copy(bytes), length: bytes.length, rules: memory.list([1, rule]) }
    })
  }

  /** From now on lines are probed in the first name's field, by a table that stands at that place of the layout. */
  probeField(place: number, table: number): void {
    const words = new Array<number>(at.FIELD_SIZE / 4).fill(0)
    words[place / 4] = table
    const plan = writePlan(this.memory, this.#slots)
    writeFields(this.memory, plan, [{ slots: [0], address: this.memory.list(words) }])
    this.#use(plan)
  }

  /** From now on lines are probed as a whole. */
  probeKeywords(table: number): void {
    const plan = writePlan(this.memory, this.#slots)
    this.memory.setWord(plan + at.PLAN_KEYWORDS, table)
    this.#use(plan)
  }

  #use(plan: number): void {
    this.memory.setWord(at.PLAN, plan)
    this.scan.prepare()
  }

  /** Walks each line and probes it so many times; how many texts were found. */
  probeAll(times: number): number {
    const { memory, scan } = this
    let found = 0
    for (const line of this.lines) {
      scan.walk(line)
      memory.setWord(at.KEYWORDS_FROM, line)
      memory.setWord(at.KEYWORDS_TO, memory.word(at.LINE_TO))
      scan.probe()
      found += memory.word(at.FOUND_COUNT)
      for (let i = 1; i < times; i++) scan.probe()
    }
    return found
  }
}
