import type { Writable } from 'node:stream'
import { parseJson } from '../core/exactJson.ts'
import { ALL, NONE } from '../core/filter.ts'
import type { JsonObject } from '../core/jsonObject.ts'
import type { JoinedEvent, PartReader } from '../core/partReader.ts'
import { MAYBE_UNUSUAL, usualForm } from '../core/usualForm.ts'
import { CONTAINER_FILTER, eventsWithin } from './containers.ts'
import { FileCorrelations } from './correlate/fileCorrelations.ts'
import { readEvents } from './eventBlocks.ts'
import { isPassed } from './eventForm.ts'
import type { LoadedRules } from './loadRules.ts'
import { LineMatcher } from './matchLines.ts'
import { piecesOf, type Source } from './pieces.ts'
import { createWriter } from './writer.ts'

export interface MatchEventsOptions {
  readonly parts?: PartReader
  /** Ends the reading. */
  readonly stopped?: Promise<unknown>
  readonly stdout: Writable
  readonly stderr: Writable
}

/** What came of all events. */
export interface Seen {
  events: number
  matches: number
  hits: number
  skipped: number
  /** Of correlations. */
  firings: number
  timeless: number
  evicted: number
  /** Whether it was asked to stop before the end. */
  stopped: boolean
}

/** Where an event stands: its line, of several the place in it, or all lines that it was joined of. */
interface Place {
  readonly line: number
  readonly event?: number
  readonly lines?: readonly number[]
}

/** Matches all events of a source, writes what was found, and names what is none. */
export async function matchEvents(source: Source, loaded: LoadedRules, options: MatchEventsOptions): Promise<Seen> {
  const { parts, stdout, stderr, stopped } = options
  const { rules } = loaded
  const seen: Seen = { events: 0, matches: 0, hits: 0, skipped: 0, firings: 0, timeless: 0, evicted: 0, stopped: false }
  void stopped?.then(() => {
    seen.stopped = true
  })
  // What may be written otherwise, hold several events, or be a part of something larger is found as rules are; the numbers
  // are behind theirs.
  const [unusual, container, part] = [rules.length, rules.length + 1, rules.length + 2]
  const others = [MAYBE_UNUSUAL, CONTAINER_FILTER, parts?.objects ?? NONE].map((filter) => ({ filter, routing: ALL }))
  const matcher = new LineMatcher([...rules, ...others], { learns: true })
  const correlations = loaded.correlations.length === 0 ? undefined : new FileCorrelations(loaded)
  const out = createWriter(stdout)
  /** What was said already of events that are also parts of a larger one, by number. */
  const ofParts = new Map<number, readonly number[]>()
  /** Where parts stand whose number is not that of their line. */
  const partLines = new Map<number, number>()

  /** What of it are rules. */
  const rulesOf = (found: readonly number[]) =>
    (found.at(-1) ?? -1) < rules.length ? found : found.filter((i) => i < rules.length)

  const tell = (found: readonly number[], event: () => object, place: Place) => {
    if (found.length === 0) return
    if (correlations?.concerns(found) === true) correlations.take(place, event(), found)
    const ids = found.flatMap((i) => (rules[i]!.signals ? [rules[i]!.rule.id] : [])).sort()
    if (ids.length === 0) return
    seen.matches++
    seen.hits += ids.length
    out.write(`${JSON.stringify({ ...place, rules: ids })}\n`)
  }

  const tellJoined = ({ lines: numbers, event }: JoinedEvent) => {
    const first = numbers[0]!
    const lines = [...new Set(numbers.map((n) => partLines.get(n) ?? n))]
    for (const n of numbers) partLines.delete(n)
    if (!ofParts.has(first)) seen.events++
    else if (numbers.length === 1) {
      // It was told as the event that it is.
      ofParts.delete(first)
      return
    }
    const said = new Set(numbers.flatMap((n) => ofParts.get(n) ?? []))
    for (const n of numbers) ofParts.delete(n)
    const found = rulesOf(matcher.ofJson(event)).filter((i) => !said.has(i))
    tell(found, () => event, { line: lines[0]!, lines })
  }

  const tellWithin = (events: readonly object[], line: number) => {
    seen.events += events.length - 1
    for (const [i, one] of events.entries()) {
      const event = usualForm(one as JsonObject) ?? one
      tell(rulesOf(matcher.ofJson(event)), () => event, { line, event: i + 1 })
    }
  }

  const tellOne = (found: readonly number[], event: () => object, place: Place, asPart: () => number) => {
    const within = found.includes(container) ? eventsWithin(event()) : undefined
    if (within !== undefined) {
      tellWithin(within, place.line)
      return
    }
    const own = rulesOf(found)
    if (found.at(-1) === part) {
      const number = asPart()
      if (parts!.object(event(), number)) ofParts.set(number, own)
      else partLines.delete(number)
    }
    tell(own, event, place)
  }

  const skip = (line: number, why: string) => {
    seen.skipped++
    stderr.write(`line ${line}: ${why}\n`)
  }

  /** The number of the next event: of its line, where they stand one a line. */
  let next = 1
  for await (const block of readEvents(piecesOf(source, stopped))) {
    // What was read last may have been cut off.
    if (seen.stopped) break
    if (block === 'too long') skip(next++, 'too long, skipped')
    else if ('why' in block) skip(block.line, block.why)
    else {
      const { lines, events } = block
      const placeOf = (at: number): Place => {
        if (events === undefined) return { line: next + at }
        const { line, event } = events[at]!
        return event === undefined ? { line } : { line, event }
      }
      const asPart = (at: number): number => {
        if (events !== undefined) partLines.set(next + at, events[at]!.line)
        return next + at
      }
      const count = matcher.match(lines, {
        matched(at, found, from, to) {
          const event = () => parseJson(lines.toString('utf8', from, to)) as JsonObject
          const usual = found.includes(unusual) ? usualForm(event()) : undefined
          const asFound = usual === undefined ? found : matcher.ofJson(usual)
          tellOne(asFound, usual === undefined ? event : () => usual, placeOf(at), () => asPart(at))
        },
        refused(at, from, to) {
          const text = lines.toString('utf8', from, to)
          if (parts?.text(text, asPart(at)) === true) return
          partLines.delete(next + at)
          if (!isPassed(text)) skip(placeOf(at).line, 'not a JSON object, skipped')
        },
      })
      next += count
    }
    for (const joined of parts?.take() ?? []) tellJoined(joined)
    if (!(await out.drained())) break
  }
  seen.events += matcher.events
  for (const joined of parts?.end() ?? []) tellJoined(joined)
  if (correlations !== undefined) {
    for (const firing of correlations.end()) {
      seen.firings++
      out.write(`${JSON.stringify(firing)}\n`)
    }
    seen.timeless = correlations.timeless
    seen.evicted = correlations.evicted
  }
  await out.end()
  return seen
}
