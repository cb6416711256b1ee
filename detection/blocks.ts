import { markIn } from './encoding.ts'

/** Whole lines, valid until the next are asked for, or a line that is too long. */
export type Block = Buffer | 'too long'

const LINE_FEED = 10

/** Cuts UTF-8 into blocks of whole lines; a byte-order mark at the start is left out. The last may lack its line feed. */
export async function* readBlocks(pieces: AsyncIterable<Buffer>, longest: number): AsyncGenerator<Block> {
  /** Of the line that is not whole yet. */
  let held: Buffer[] = []
  let heldBytes = 0
  let started = false

  const hold = (piece: Buffer) => {
    if (piece.length === 0) return
    heldBytes += piece.length
    if (heldBytes > longest) held = []
    else held.push(Buffer.from(piece))
  }
  const release = (): Block => {
    const block = heldBytes > longest ? 'too long' : held.length === 1 ? held[0]! : Buffer.concat(held)
    held = []
    heldBytes = 0
    if (started || block === 'too long') return block
    started = true
    return block.subarray(markIn(block))
  }

  for await (const chunk of pieces) {
    const first = chunk.indexOf(LINE_FEED) + 1
    if (first === 0) {
      hold(chunk)
      continue
    }
    hold(chunk.subarray(0, first))
    yield release()
    const last = chunk.lastIndexOf(LINE_FEED) + 1
    if (last > first) yield chunk.subarray(first, last)
    hold(chunk.subarray(last))
  }
  if (heldBytes > 0) yield release()
}
