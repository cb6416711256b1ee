import { type FileHandle, open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { AppError, problemLine } from '../core/errors.ts'
import { ALL, NONE } from '../core/filter.ts'
import type { JoinedEvent, PartReader } from '../core/partReader.ts'
import { readBlocks } from './blocks.ts'
import { CONTAINER_FILTER, eventsWithin } from './containers.ts'
import { FileCorrelations } from './correlate/fileCorrelations.ts'
import { type LoadedRules, loadRules } from './loadRules.ts'
import { LineMatcher } from './matchLines.ts'
import type { Source } from './pieces.ts'
import type { Pipelines } from './pipeline.ts'
import type { Lists } from './sigma/expand.ts'
import { createWriter } from './writer.ts'

export interface MatchFileOptions {
  /** Folders of Sigma rules. */
  readonly rules: readonly string[]
  /** A file of NDJSON, or `-` for standard input. */
  readonly events: string
  readonly pipelines: Pipelines
  /** What placeholders stand for; nothing, unless given. */
  readonly lists?: Lists
  /** Joins lines that are parts of one event, such as audit records; without it lines that are no JSON are skipped. */
  readonly parts?: PartReader
  readonly stdin: Source
  readonly stdout: Writable
  readonly stderr: Writable
}

/**
 * `suidun match`: reads NDJSON, one event a line (or a list of events as clouds hand them over: each is told with its place
 * in the list, `"event": n`), and writes per matching event `{"line": n, "rules": [ids sorted]}`, at
 * the end per correlation that fired `{"correlation": id, "group": {…}, "from": t, "to": t, "lines": […]}`. A rule that a
 * correlation without `generate` is made of stands in no line of its own. Rules that do not load and lines that are no
 * JSON object are named on stderr, then a summary. Returns the exit code: 0, or 2 if rules or events cannot be read, no
 * rule loads, or not one line is an event.
 */
export async function matchFile(options: MatchFileOptions): Promise<number> {
  const { stderr } = options
  let file: FileHandle | undefined
  try {
    const started = performance.now()
    const loaded = loadRules(options.rules, options.pipelines, options.lists)
    for (const p of loaded.problems) if (p.severity === 'error') stderr.write(`${problemLine(p)}\n`)
    if (loaded.rules.length === 0) {
      stderr.write(`no rule loads from ${options.rules.join(', ')}\n`)
      return 2
    }
    if (options.events !== '-') file = await openEvents(options.events)
    // What may be a part of something larger, or hold several events, is found as rules are; the numbers are behind theirs.
    const others = [CONTAINER_FILTER, options.parts?.objects ?? NONE].map((filter) => ({ filter, routing: ALL }))
    const matcher = new LineMatcher([...loaded.rules, ...others], { learns: true })
    const loading = performance.now() - started
    const seen = await matchLines(file === undefined ? options.stdin : await sourceOf(file), loaded, matcher, options)
    const matching = performance.now() - started - loading
    stderr.write(
      `events ${seen.events}, matches ${seen.matches} (of ${seen.hits} rule hits), skipped lines ${seen.skipped}, ` +
        correlated(loaded, seen) +
        `rules loaded ${loaded.rules.length}, refused ${loaded.refused}, ` +
        `loading ${seconds(loading)} s, matching ${seconds(matching)} s\n`,
    )
    if (seen.events > 0 || seen.skipped === 0) return 0
    stderr.write(
      `no line of ${options.events} is an event: wanted is one JSON object a line, ` +
        'as "jq -c .", or of a list "jq -c .[]", writes them\n',
    )
    return 2
  } catch (e) {
    if (!(e instanceof AppError)) throw e
    stderr.write(`${e.code} ${e.message}\n`)
    return 2
  } finally {
    await file?.close()
  }
}

/** What correlations came to; nothing where there are none. */
function correlated({ correlations }: LoadedRules, { firings, timeless, evicted }: Seen): string {
  if (correlations.length === 0) return ''
  const early = evicted > 0 ? `, groups judged early ${evicted}` : ''
  return `correlations ${correlations.length}, fired ${firings}, matches without a time ${timeless}${early}, `
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3)
}

async function openEvents(path: string): Promise<FileHandle> {
  const file = await open(path).catch(() => undefined)
  if (file !== undefined && !(await file.stat()).isDirectory()) return file
  await file?.close()
  throw new AppError('CFG-002', { path })
}

/** A pipe that has a name is read as a stream, which closes it. */
async function sourceOf(file: FileHandle): Promise<Source> {
  return (await file.stat()).isFile() ? file.fd : file.createReadStream({ highWaterMark: 1 << 18 })
}

/** Where an event stands: its line, of several the place in it, or all lines that it was joined of. */
interface Place {
  readonly line: number
  readonly event?: number
  readonly lines?: readonly number[]
}

interface Seen {
  events: number
  matches: number
  hits: number
  skipped: number
  /** Of correlations. */
  firings: number
  timeless: number
  evicted: number
}

async function matchLines(
  events: Source,
  loaded: LoadedRules,
  matcher: LineMatcher,
  { stdout, stderr, parts }: MatchFileOptions,
): Promise<Seen> {
  const seen: Seen = { events: 0, matches: 0, hits: 0, skipped: 0, firings: 0, timeless: 0, evicted: 0 }
  const { rules } = loaded
  const correlations = loaded.correlations.length === 0 ? undefined : new FileCorrelations(loaded)
  const out = createWriter(stdout)
  /** What was said already of lines that are also parts of a larger event. */
  const ofParts = new Map<number, readonly number[]>()

  const tell = (found: readonly number[], event: () => object, place: Place) => {
    if (found.length === 0) return
    if (correlations?.concerns(found) === true) correlations.take(place.line, event(), found)
    const ids = found.flatMap((i) => (rules[i]!.signals ? [rules[i]!.rule.id] : [])).sort()
    if (ids.length === 0) return
    seen.matches++
    seen.hits += ids.length
    out.write(`${JSON.stringify({ ...place, rules: ids })}\n`)
  }
  const tellJoined = ({ lines, event }: JoinedEvent) => {
    const line = lines[0]!
    if (!ofParts.has(line)) seen.events++
    else if (lines.length === 1) {
      // It was told as the event that it is.
      ofParts.delete(line)
      return
    }
    const said = new Set(lines.flatMap((l) => ofParts.get(l) ?? []))
    for (const l of lines) ofParts.delete(l)
    tell(
      matcher.ofJson(event).filter((i) => i < rules.length && !said.has(i)),
      () => event,
      { line, lines },
    )
  }

  const tellWithin = (events: readonly object[], line: number) => {
    seen.events += events.length - 1
    for (const [i, event] of events.entries()) {
      const found = matcher.ofJson(event).filter((n) => n < rules.length)
      tell(found, () => event, { line, event: i + 1 })
    }
  }

  const skip = (line: number, why: string) => {
    seen.skipped++
    stderr.write(`line ${line}: ${why}, skipped\n`)
  }

  let before = 1
  for await (const block of readBlocks(events)) {
    if (block === 'too long') skip(before++, 'too long')
    else {
      before += matcher.match(block, {
        matched(at, found, from, to) {
          const line = before + at
          const event = () => JSON.parse(block.toString('utf8', from, to)) as object
          const own = found.at(-1)! < rules.length ? found : found.filter((i) => i < rules.length)
          const within = found.includes(rules.length) ? eventsWithin(event()) : undefined
          if (within !== undefined) {
            tellWithin(within, line)
            return
          }
          const isPart = found.at(-1) === rules.length + 1
          if (isPart && parts!.object(event(), line)) ofParts.set(line, own)
          tell(own, event, { line })
        },
        refused(at, from, to) {
          const line = before + at
          if (parts?.text(block.toString('utf8', from, to), line) !== true) skip(line, 'not a JSON object')
        },
      })
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
