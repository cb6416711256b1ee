import { readBlocks } from './blocks.ts'
import { markIn, utf8Of, utf16In } from './encoding.ts'
import { type EventForm, formOf } from './eventForm.ts'
import { EventSplitter, type Refusal, type SplitEvent } from './eventSplitter.ts'

/** Whole lines, an event each, valid until the next are asked for; or what is no event. */
export type EventBlock =
  | {
      readonly lines: Buffer
      /** Where each of the lines comes from; undefined where they are those of the file. */
      readonly events: readonly SplitEvent[] | undefined
    }
  /** A line of the file, the next one. */
  | 'too long'
  | Refusal

/** Longest event, bytes. */
const LONGEST_EVENT = 64 << 20
/** So many bytes at the beginning tell how events stand, or they stand one a line. */
const MOST_HEAD = 1 << 20

/**
 * Cuts a text in UTF-8 (or UTF-16 with a mark) into events: one a line, which costs nothing; or objects over several lines,
 * and lists of them. The first line that begins with a bracket decides.
 */
export async function* readEvents(pieces: AsyncIterable<Buffer>, longest = LONGEST_EVENT): AsyncGenerator<EventBlock> {
  const more = pieces[Symbol.asyncIterator]()
  const rest = { [Symbol.asyncIterator]: () => more }
  let head: Buffer = Buffer.alloc(0)
  let form: EventForm | undefined
  let ended = false
  try {
    while (form === undefined) {
      const next = await more.next()
      ended = next.done === true
      if (next.done !== true) head = Buffer.concat([head, next.value])
      const encoding = utf16In(head)
      if (encoding !== undefined) {
        yield* readEvents(utf8Of(joined(head, rest), encoding), longest)
        return
      }
      form = formOf(head, ended) ?? (head.length < MOST_HEAD ? undefined : 'lines')
    }
    const all = joined(head, rest)
    if (form === 'lines') yield* linesOf(all, longest)
    else yield* split(all, longest)
  } finally {
    await more.return?.()
  }
}

async function* joined(head: Buffer, more: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  for await (const piece of more) yield piece
}

async function* linesOf(pieces: AsyncIterable<Buffer>, longest: number): AsyncGenerator<EventBlock> {
  for await (const block of readBlocks(pieces, longest)) {
    yield block === 'too long' ? block : { lines: block, events: undefined }
  }
}

async function* split(pieces: AsyncIterable<Buffer>, longest: number): AsyncGenerator<EventBlock> {
  const splitter = new EventSplitter(longest)
  let started = false
  for await (const piece of pieces) {
    splitter.push(started ? piece : piece.subarray(markIn(piece)))
    started = true
    yield* taken(splitter)
  }
  splitter.end()
  yield* taken(splitter)
}

function* taken(splitter: EventSplitter): Generator<EventBlock> {
  const { lines, events, refused } = splitter.take()
  if (events.length > 0) yield { lines, events }
  yield* refused
}
