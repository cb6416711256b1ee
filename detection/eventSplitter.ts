/** Where an event of JSON stands. */
export interface SplitEvent {
  /** The line on which it begins, from 1. */
  readonly line: number
  /** Where something stands before it in its line: its place in its list, else in the line, from 1. */
  readonly event?: number
  /** Its bytes in all that came. */
  readonly from: number
  readonly to: number
}

/** What cannot be told as an event. */
export interface Refusal {
  readonly line: number
  readonly why: string
}

/** What came of the bytes so far: a line for each event. */
export interface Split {
  readonly lines: Buffer
  readonly events: readonly SplitEvent[]
  readonly refused: readonly Refusal[]
}

const TAB = 9
const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const COMMA = 44
const COLON = 58
const LIST = 91
const BACKSLASH = 92
const LIST_END = 93
const OBJECT = 123
const OBJECT_END = 125

/** Brackets within each other. */
const DEEPEST = 1 << 22

// Where it stands.
const BETWEEN = 0
const INSIDE = 1
const TEXT = 2
/** Behind an event that broke off: everything up to the next that begins no further right is a part of it. */
const BROKEN = 3

/**
 * Takes events apart that do not stand one a line: objects one after another over any lines, and lists of them, in pieces of
 * any size. Each event is written on one line; text between events is a line as it is. Brackets, strings and escapes are
 * followed and nothing else: whether an event is JSON, its reader says. An event that breaks off (a line ends within its text,
 * or the next begins where no value can stand) is told, and the next is read. Linear; it holds one event of at most `longest`
 * bytes.
 */
export class EventSplitter {
  readonly #longest: number
  #state = BETWEEN
  #inText = false
  #escaped = false
  /** Which brackets are open in the event, the outermost first. */
  #open = Buffer.alloc(64)
  #depth = 0
  /** Whether a value may stand next. */
  #valueMay = false
  #line = 1
  /** Bytes that came before this piece. */
  #before = 0
  /** Whether only blanks stand before in the line, and how many. */
  #fresh = true
  #column = 0
  /** The list that is open: its line, 0 for none; and how many stand in it, or in the line. */
  #listLine = 0
  #count = 0
  /** Of the event at hand. */
  #begun: Omit<SplitEvent, 'to'> = { line: 0, from: 0 }
  #begunColumn = 0
  #tooLong = false
  #out = Buffer.alloc(1 << 16)
  /** There: up to where it was taken, where the event at hand begins, and where it ends. */
  #taken = 0
  #start = 0
  #used = 0
  #events: SplitEvent[] = []
  #refused: Refusal[] = []

  constructor(longest: number) {
    this.#longest = longest
  }

  /** Whether an event or a list is open, at a place where a line may end. */
  get isOpen(): boolean {
    return (this.#state === INSIDE && !this.#inText) || (this.#state === BETWEEN && this.#listLine > 0)
  }

  /** What came since the last time; valid until more is pushed. */
  take(): Split {
    const lines = this.#out.subarray(this.#taken, this.#start)
    const split = { lines, events: this.#events, refused: this.#refused }
    this.#taken = this.#start
    this.#events = []
    this.#refused = []
    return split
  }

  push(piece: Uint8Array): void {
    this.#makeRoom(piece.length)
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!
      if (this.#state === INSIDE) {
        if (this.#inText) {
          i = this.#text(piece, i)
          continue
        }
        this.#inside(byte, i)
      } else if (this.#state === BETWEEN) this.#between(byte, i)
      else if (this.#state === TEXT) this.#textBetween(byte, i)
      else this.#broken(byte, i)
      if (byte === LF) {
        this.#line++
        this.#fresh = true
        this.#column = 0
        if (this.#listLine === 0) this.#count = 0
      } else if (this.#fresh) {
        if (byte === SPACE || byte === TAB) this.#column++
        else this.#fresh = false
      }
    }
    this.#before += piece.length
    if (this.#used - this.#start > this.#longest) {
      this.#tooLong = true
      this.#used = this.#start
    }
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#state === TEXT) this.#finish(0)
    else if (this.#state === INSIDE) this.#refuse(this.#begun.line, 'what begins here is not closed, skipped')
    if (this.#listLine > 0) this.#refuse(this.#listLine, 'the list that begins here is not closed')
  }

  #makeRoom(bytes: number): void {
    const held = this.#used - this.#start
    if (this.#start > 0) this.#out.copyWithin(0, this.#start, this.#used)
    this.#taken = 0
    this.#start = 0
    this.#used = held
    // Each byte is written once at most, and each event ends in a line feed.
    const needed = held + 2 * bytes + 1
    if (needed <= this.#out.length) return
    const larger = Buffer.alloc(Math.max(needed, 2 * this.#out.length))
    this.#out.copy(larger, 0, 0, held)
    this.#out = larger
  }

  #between(byte: number, i: number): void {
    if (byte === SPACE || byte === LF || byte === CR || byte === TAB || byte === COMMA) return
    if (byte === LIST && this.#listLine === 0) {
      this.#listLine = this.#line
      this.#count = 0
    } else if (byte === LIST_END && this.#listLine > 0) this.#listLine = 0
    else {
      this.#begin(i)
      if (byte === OBJECT || byte === LIST) {
        this.#state = INSIDE
        this.#descend(byte)
      } else {
        this.#state = TEXT
        this.#inText = byte === QUOTE && this.#listLine > 0
      }
      this.#write(byte)
    }
  }

  #begin(i: number): void {
    const from = this.#before + i
    this.#count++
    this.#begun = this.#fresh ? { line: this.#line, from } : { line: this.#line, event: this.#count, from }
    this.#begunColumn = this.#column
    this.#depth = 0
    this.#inText = false
    this.#escaped = false
    this.#tooLong = false
  }

  /** What is no bracket: a line of text, in a list a single value. */
  #textBetween(byte: number, i: number): void {
    if (byte === LF || (this.#listLine > 0 && !this.#inText && (byte === COMMA || byte === LIST_END))) {
      this.#finish(i)
      if (byte === LIST_END) this.#listLine = 0
      return
    }
    if (this.#inText) {
      if (byte === QUOTE && !this.#escaped) this.#inText = false
      this.#escaped = byte === BACKSLASH && !this.#escaped
    }
    this.#write(byte)
  }

  #inside(byte: number, i: number): void {
    switch (byte) {
      case QUOTE:
        this.#inText = true
        this.#valueMay = false
        break
      case OBJECT:
      case LIST:
        if (!this.#valueMay && this.#fresh && this.#column <= this.#begunColumn) {
          this.#breakOff('what begins here breaks off, skipped')
          this.#broken(byte, i)
          return
        }
        if (this.#depth === DEEPEST) {
          this.#breakOff('nested too deep, skipped')
          return
        }
        this.#descend(byte)
        break
      case OBJECT_END:
      case LIST_END:
        this.#depth--
        this.#valueMay = false
        if (this.#depth === 0) {
          this.#write(byte)
          this.#finish(i + 1)
          return
        }
        break
      case COMMA:
        this.#valueMay = this.#open[this.#depth - 1] === LIST
        break
      case COLON:
        this.#valueMay = true
        break
      case LF:
        this.#write(SPACE)
        return
      case SPACE:
      case TAB:
      case CR:
        if (!this.#fresh) this.#write(byte)
        return
      default:
        this.#valueMay = false
    }
    this.#write(byte)
  }

  /** Goes through a text within an event, as far as it is there; the place of its last byte. */
  #text(piece: Uint8Array, from: number): number {
    for (let i = from; i < piece.length; i++) {
      const byte = piece[i]!
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE) {
        this.#inText = false
        this.#copy(piece, from, i + 1)
        return i
      }
      if (byte !== LF) continue
      // No text of JSON holds the end of a line.
      this.#breakOff('what begins here breaks off, skipped')
      this.#line++
      this.#fresh = true
      this.#column = 0
      return i
    }
    this.#copy(piece, from, piece.length)
    return piece.length - 1
  }

  #breakOff(why: string): void {
    this.#refuse(this.#begun.line, why)
    this.#used = this.#start
    this.#inText = false
    this.#escaped = false
    this.#state = BROKEN
  }

  #broken(byte: number, i: number): void {
    if (!this.#fresh || this.#column > this.#begunColumn) return
    if (byte !== OBJECT && byte !== LIST && byte !== LIST_END) return
    this.#state = BETWEEN
    this.#between(byte, i)
  }

  #descend(byte: number): void {
    if (this.#depth === this.#open.length) this.#open = Buffer.concat([this.#open, Buffer.alloc(this.#open.length)])
    this.#open[this.#depth++] = byte
    this.#valueMay = byte === LIST
  }

  #write(byte: number): void {
    this.#out[this.#used++] = byte
  }

  #copy(piece: Uint8Array, from: number, to: number): void {
    this.#out.set(piece.subarray(from, to), this.#used)
    this.#used += to - from
  }

  #finish(i: number): void {
    this.#state = BETWEEN
    if (this.#tooLong || this.#used - this.#start > this.#longest) {
      this.#used = this.#start
      this.#refuse(this.#begun.line, 'too long, skipped')
      return
    }
    this.#write(LF)
    this.#start = this.#used
    this.#events.push({ ...this.#begun, to: this.#before + i })
  }

  #refuse(line: number, why: string): void {
    this.#refused.push({ line, why })
  }
}
