import { jsonObject } from '../core/jsonObject.ts'
import { createMatcher, type Matcher } from './match.ts'
import { Classes, type Matchable } from './matcher/classes.ts'
import { compileOnFacts, type FactTest } from './matcher/compileOnFacts.ts'
import { Facts } from './matcher/facts.ts'
import { namesIn } from './matcher/foldLeaves.ts'
import { BETWEEN } from './matcher/keywords.ts'
import { LinePlans } from './matcher/linePlans.ts'
import { type Room, rewriteKeywords, rewriteOdd, ScannedLine } from './matcher/scannedLine.ts'
import { layout as at, openScan, type Scan, ScanMemory, writeKeys } from './scan/index.ts'

/** What is told of lines; offsets are those of the block. */
export interface LineVisitor {
  /** A line that some rules match: their numbers, ascending. */
  matched(line: number, rules: readonly number[], from: number, to: number): void
  /** A line that is neither a JSON object nor blank. */
  refused(line: number, from: number, to: number): void
}

export interface LineMatcherOptions {
  /** The scan to use; the compiled one, unless given. */
  readonly openScan?: (memory: ScanMemory) => Scan
  /** Whether it learns from all lines which of a rule's texts are rare; only where it is told to, unless given. */
  readonly learns?: boolean
}

/** So many bytes are scanned at a time; a longer line is parsed. */
const BLOCK = 1 << 18
/** Room for texts of a line that are written anew. */
const ROOM = BLOCK * 8
/** Numbers of lines and objects begin anew before they end. */
const MOST_NUMBERS = 2 ** 31
const LINE_FEED = 10
const NONE: readonly number[] = []
/** Of learning from a sample: a rule deserves a look that is a candidate in vain so many times, and on one of so many lines. */
const ROUNDS = 4
const SAMPLE = 2 << 20
const TWICE = 2
const TOO_OFTEN = 2000
const IGNORE: LineVisitor = { matched() {}, refused() {} }

/**
 * A matcher over lines of JSON as they come: bytes are walked once, and only what a likely rule asks for is decoded. The
 * answers are those of the plain evaluator over the parsed line. Rules are numbered as in the list.
 */
export class LineMatcher {
  readonly #rules: readonly Matchable[]
  readonly #memory = new ScanMemory(at.CONTROL_END)
  readonly #scan: Scan
  readonly #line: ScannedLine
  readonly #facts = new Facts()
  /** Compiled when a rule is a candidate for the first time: most never are. */
  readonly #holds: (FactTest | undefined)[] = []
  readonly #routes: (FactTest | undefined)[] = []
  readonly #plans: LinePlans
  readonly #block: number
  readonly #room: Room
  readonly #slots: number
  /** For lines that the scan cannot answer. */
  #parsed: Matcher | undefined
  readonly #learns: boolean
  /** Whether it counts which rules are candidates in vain. */
  #watching: boolean
  /** Counts of all lines that were not blank or refused. */
  events = 0

  constructor(rules: readonly Matchable[], options: LineMatcherOptions = {}) {
    this.#rules = rules
    this.#learns = options.learns ?? false
    this.#watching = this.#learns
    const facts = this.#facts
    const classes = new Classes(rules)
    for (const name of namesIn(rules.flatMap((r) => [r.filter, r.routing]))) facts.slots([name])
    const fields = classes.names.map((name) => facts.slots([name]).of[0]!)
    this.#slots = facts.names.length
    const memory = this.#memory
    this.#block = memory.allocate(BLOCK + 64)
    const room = memory.allocate(ROOM)
    this.#room = { from: room, to: room + ROOM }
    writeKeys(memory, facts.names)
    const words = (count: number) => memory.allocate(count * 4)
    for (const table of [at.SLOT_FIRST, at.SLOT_LAST, at.SLOT_LINE, at.SLOT_FIELD, at.PRESENT]) {
      memory.setWord(table, words(this.#slots))
    }
    memory.setWord(at.FOUND, words(rules.length))
    memory.setWord(at.RULE_LINE, words(rules.length))
    memory.setWord(at.PAIRS, words(at.MOST_PAIRS))
    memory.setWord(at.STACK, words(at.MOST_DEPTH * 4))
    memory.setWord(at.SPANS, memory.allocate((at.MOST_SPANS + 1) * at.SPAN_SIZE))
    for (const [i, slot] of fields.entries()) memory.setWord(memory.word(at.SLOT_FIELD) + slot * 4, i + 1)
    this.#scan = (options.openScan ?? openScan)(memory)
    this.#line = new ScannedLine(memory, this.#scan, BLOCK)
    this.#plans = new LinePlans(memory, this.#line, facts, classes)
    this.#scan.prepare()
  }

  /** Matches whole lines; the number of lines. The last one need not end in a line feed. */
  match(block: Uint8Array, visitor: LineVisitor): number {
    let lines = 0
    for (let from = 0; from < block.length; ) {
      const limit = Math.min(block.length, from + BLOCK)
      const cut = limit === block.length ? limit : block.lastIndexOf(LINE_FEED, limit - 1) + 1
      if (cut > from) {
        lines += this.#matchBlock(block.subarray(from, cut), from, lines, visitor)
        from = cut
        continue
      }
      const end = block.indexOf(LINE_FEED, limit)
      const to = end < 0 ? block.length : end
      const bytes = Buffer.from(block.buffer, block.byteOffset + from, to - from)
      this.#tell(this.#matchParsed(bytes), lines, from, to, visitor)
      lines++
      from = to + 1
    }
    return lines
  }

  /** Learns from sample lines which of a rule's texts are rare; what matches stays the same. */
  learn(lines: Uint8Array): void {
    const { events } = this
    const block = sampleOf(lines)
    const plans = this.#plans
    for (let round = 0; round < ROUNDS; round++) {
      this.#watching = true
      const count = this.match(block, IGNORE)
      this.#watching = false
      plans.tryOthers(Math.max(TWICE, count / TOO_OFTEN))
      if (!plans.trying) break
      this.match(block, IGNORE)
      plans.choose(true)
    }
    this.#watching = this.#learns
    this.events = events
  }

  #matchBlock(block: Uint8Array, offset: number, before: number, visitor: LineVisitor): number {
    const memory = this.#memory
    const start = this.#block
    const end = start + block.length
    memory.bytes.set(block, start)
    memory.bytes[end] = LINE_FEED
    this.#renumber()
    const first = memory.word(at.LINE)
    memory.setWord(at.BLANKS, 0)
    let others = 0
    for (let from = start; from < end; ) {
      const status = this.#resolve(this.#scan.scanOn(from, end))
      if (status === at.END) break
      const to = memory.word(at.LINE_TO)
      const line = before + memory.word(at.LINE) - first - 1
      if (status === at.DONE) {
        const rules = this.#verify()
        if (rules.length > 0)
          visitor.matched(line, rules, memory.word(at.LINE_FROM) - start + offset, to - start + offset)
      } else if (status === at.BLANK) others++
      else {
        others++
        const lineFrom = memory.word(at.LINE_FROM)
        const found = this.#matchParsed(memory.bytes.subarray(lineFrom, to))
        this.#tell(found, line, lineFrom - start + offset, to - start + offset, visitor)
      }
      from = to + 1
    }
    if (this.#learns) {
      this.#plans.choose(false)
      this.#plans.tryOthers()
    }
    const lines = memory.word(at.LINE) - first
    this.events += lines - others - memory.word(at.BLANKS)
    return lines
  }

  #tell(found: readonly number[] | 'blank' | undefined, line: number, from: number, to: number, visitor: LineVisitor) {
    if (found === 'blank') return
    if (found === undefined) visitor.refused(line, from, to)
    else {
      this.events++
      if (found.length > 0) visitor.matched(line, found, from, to)
    }
  }

  /** Answers what the scan asks, until it is done with the line. */
  #resolve(first: number): number {
    let status = first
    for (;;) {
      switch (status) {
        case at.NEW_VALUE:
          if (!this.#plans.addValue()) return at.DOUBTFUL
          status = this.#scan.classify()
          break
        case at.NEW_CLASS:
          if (!this.#plans.addClass()) return at.DOUBTFUL
          status = this.#scan.probeOrTell()
          break
        case at.NEW_FIELD:
          if (!this.#plans.addField()) return at.DOUBTFUL
          status = this.#scan.probeOrTell()
          break
        case at.ODD:
          if (!this.#rewrite()) return at.DOUBTFUL
          status = this.#scan.probe()
          break
        default:
          return status
      }
    }
  }

  #rewrite(): boolean {
    const memory = this.#memory
    const plan = memory.word(at.PLAN)
    const { from, to } = this.#room
    const middle = (from + to) / 2
    memory.setWord(at.KEYWORDS_FROM, memory.word(at.LINE_FROM))
    memory.setWord(at.KEYWORDS_TO, memory.word(at.LINE_TO))
    if ((memory.word(at.ODD_LINE) & memory.word(plan + at.PLAN_ODD_KEYWORDS)) !== 0) {
      this.#facts.readLine(this.#line)
      const texts = this.#facts.searched().map((s) => s.text)
      if (!rewriteKeywords(memory, texts.join(BETWEEN), { from: middle, to })) return false
    }
    return rewriteOdd(memory, this.#line, { from, to: middle })
  }

  /** The rules among the candidates that the line matches. */
  #verify(): readonly number[] {
    const memory = this.#memory
    const plan = this.#plans.current()
    const tries = plan.lessons?.trying === true
    if (memory.word(at.FOUND_COUNT) === 0 && !tries) return NONE
    this.#facts.readLine(this.#line)
    const found = memory.word(at.FOUND)
    const rules: number[] = []
    for (let i = 0; i < memory.word(at.FOUND_COUNT); i++) {
      const rule = memory.word(found + i * 4)
      const { filter, routing } = this.#rules[rule]!
      this.#holds[rule] ??= compileOnFacts(filter, this.#facts)
      if (!plan.routed) this.#routes[rule] ??= compileOnFacts(routing, this.#facts)
      if (this.#holds[rule]!() && (plan.routed || this.#routes[rule]!())) rules.push(rule)
      else if (this.#watching) this.#plans.vain(rule)
    }
    if (tries) this.#plans.try(plan)
    return rules.length > 1 ? rules.sort((a, b) => a - b) : rules
  }

  #matchParsed(bytes: Uint8Array): readonly number[] | 'blank' | undefined {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
    if (text.trim() === '') return 'blank'
    const object = jsonObject(text)
    return object === undefined ? undefined : this.ofJson(object)
  }

  /** Matches a parsed object. */
  ofJson(object: object): readonly number[] {
    this.#parsed ??= createMatcher(this.#rules)
    return this.#parsed.ofJson(object)
  }

  #renumber(): void {
    const memory = this.#memory
    if (memory.word(at.LINE) < MOST_NUMBERS && memory.word(at.OBJECT) < MOST_NUMBERS) return
    memory.setWord(at.LINE, 0)
    memory.setWord(at.OBJECT, 0)
    const clear = (table: number, count: number) =>
      memory.bytes.fill(0, memory.word(table), memory.word(table) + count * 4)
    clear(at.SLOT_LINE, this.#slots)
    clear(at.RULE_LINE, this.#rules.length)
    clear(at.NODE_SEEN, memory.word(at.NODES))
  }
}

/** Lines of a block, evenly spread, of not much more than `SAMPLE` bytes. */
function sampleOf(block: Uint8Array): Uint8Array {
  if (block.length <= SAMPLE) return block
  const every = Math.ceil(block.length / SAMPLE)
  const lines: Uint8Array[] = []
  for (let from = 0, n = 0; from < block.length; n++) {
    const end = block.indexOf(LINE_FEED, from)
    const to = end < 0 ? block.length : end + 1
    if (n % every === 0) lines.push(block.subarray(from, to))
    from = to
  }
  return Buffer.concat(lines)
}
