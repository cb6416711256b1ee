import type { Readable } from 'node:stream'

/** A line of a stream; `text` is undefined where it was longer than the limit. */
export interface Line {
  /** From 1. */
  readonly line: number
  readonly text: string | undefined
}

/** Longest line, bytes. */
const LONGEST_LINE = 64 << 20

const LINE_FEED = 10

/** Cuts a stream of UTF-8 into lines, a batch per chunk; a byte-order mark at the start and line ends are left out. */
export async function* readLines(stream: Readable, longest = LONGEST_LINE): AsyncGenerator<readonly Line[]> {
  let number = 0
  let held: Buffer[] = []
  let heldBytes = 0
  let dropped = false

  const finish = (last: Buffer): Line => {
    number++
    const tooLong = dropped || heldBytes + last.length > longest
    const text = tooLong ? undefined : (held.length === 0 ? last : Buffer.concat([...held, last])).toString('utf8')
    held = []
    heldBytes = 0
    dropped = false
    const marked = number === 1 && text?.startsWith('\ufeff') === true
    return { line: number, text: marked ? text?.slice(1) : text }
  }

  for await (const piece of stream) {
    const chunk: Buffer = typeof piece === 'string' ? Buffer.from(piece) : piece
    const lines: Line[] = []
    let from = 0
    for (let at = chunk.indexOf(LINE_FEED); at >= 0; at = chunk.indexOf(LINE_FEED, from)) {
      lines.push(finish(chunk.subarray(from, at)))
      from = at + 1
    }
    const rest = chunk.subarray(from)
    if (rest.length > 0) {
      dropped ||= heldBytes + rest.length > longest
      if (dropped) held = []
      else held.push(rest)
      heldBytes += rest.length
    }
    yield lines
  }
  if (heldBytes > 0) yield [finish(Buffer.alloc(0))]
}
