import { markIn } from './encoding.ts'
import { formOf } from './eventForm.ts'
import { EventSplitter, type SplitEvent } from './eventSplitter.ts'

/** An event of a text, as it stands there. */
export interface TextEvent extends SplitEvent {
  readonly text: string
}

/** The events of a text in which they do not stand one a line, but over lines or in lists; undefined of any other. */
export function eventsOfText(text: string): readonly TextEvent[] | undefined {
  const bytes = Buffer.from(text)
  if (formOf(bytes, true) === 'lines') return undefined
  const splitter = new EventSplitter(bytes.length)
  const mark = markIn(bytes)
  splitter.push(bytes.subarray(mark))
  splitter.end()
  return splitter.take().events.map((e) => ({ ...e, text: bytes.toString('utf8', mark + e.from, mark + e.to) }))
}
