import { markIn } from './encoding.ts'
import { EventSplitter } from './eventSplitter.ts'

/** How events stand in a text: one a line, or over lines and in lists. */
export type EventForm = 'lines' | 'spread'

const LINE_FEED = 10
/** Blanks at the beginning of a line that are looked past. */
const MOST_BLANKS = 4096
/** A list of events; a line of text may begin with a bracket too, such as a time. */
const LIST = /^\[\s*[[{\]]/
const LIST_ALONE = /^\[\s*$/
/** Blank, or what evtx_dump writes above each event. */
const PASSED = /^(?:Record \d+)?\s*$/

/** How events stand in a text, by its first line that may be one; undefined where none is there yet and more may come. */
export function formOf(head: Buffer, isAll: boolean): EventForm | undefined {
  for (let from = markIn(head); from < head.length; ) {
    const found = head.indexOf(LINE_FEED, from)
    const line = head.subarray(from, found < 0 ? head.length : found)
    const text = line.toString('latin1', 0, MOST_BLANKS).trimStart()
    if (LIST.test(text)) return 'spread'
    if (found < 0 && !isAll) return undefined
    if (LIST_ALONE.test(text)) return 'spread'
    if (text.startsWith('{')) return isSpread(line) ? 'spread' : 'lines'
    if (!isPassed(text)) return 'lines'
    from += line.length + 1
  }
  return isAll ? 'lines' : undefined
}

/** Whether a line that begins with an object goes on in the next, or holds several. */
function isSpread(line: Buffer): boolean {
  const splitter = new EventSplitter(line.length)
  splitter.push(line)
  return splitter.isOpen || splitter.take().events.length > 1
}

/** Whether a line is no event, but one that stands between events. */
export function isPassed(text: string): boolean {
  return PASSED.test(text)
}
