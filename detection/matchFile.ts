import { type FileHandle, open } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { AppError, problemLine } from '../core/errors.ts'
import type { PartReader } from '../core/partReader.ts'
import { type LoadedRules, loadRules } from './loadRules.ts'
import { matchEvents, type Seen } from './matchEvents.ts'
import type { Source } from './pieces.ts'
import type { Pipelines } from './pipeline.ts'
import type { Lists } from './sigma/expand.ts'

export interface MatchFileOptions {
  /** Folders of Sigma rules. */
  readonly rules: readonly string[]
  /** A file of events in JSON, or `-` for standard input. */
  readonly events: string
  readonly pipelines: Pipelines
  /** What placeholders stand for; nothing, unless given. */
  readonly lists?: Lists
  /** Joins lines that are parts of one event, such as audit records; without it lines that are no JSON are skipped. */
  readonly parts?: PartReader
  /** Ends the reading: what was found until then is told. */
  readonly stopped?: Promise<unknown>
  readonly stdin: Source
  readonly stdout: Writable
  readonly stderr: Writable
}

/** Of who was asked to stop, as shells have it. */
const STOPPED = 130

/**
 * `suidun match`: reads events in JSON (one a line, over several lines, in a list; or a list as clouds hand it over: then each
 * is told with its place in it, `"event": n`), and writes per matching event `{"line": n, "rules": [ids sorted]}`, at
 * the end per correlation that fired `{"correlation": id, "group": {…}, "from": t, "to": t, "lines": […]}`. A rule that a
 * correlation without `generate` is made of stands in no line of its own. Rules that do not load and what is no
 * JSON object are named on stderr, then a summary. Returns the exit code: 0, 2 if rules or events cannot be read, no
 * rule loads, or there is not one event, 130 if it was asked to stop.
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
    const source = file === undefined ? options.stdin : await sourceOf(file)
    const matching = matchEvents(source, loaded, options)
    const loading = performance.now() - started
    const seen = await matching
    const took = performance.now() - started - loading
    stderr.write(
      `events ${seen.events}, matches ${seen.matches} (of ${seen.hits} rule hits), skipped lines ${seen.skipped}, ` +
        correlated(loaded, seen) +
        `rules loaded ${loaded.rules.length}, refused ${loaded.refused}, ` +
        `loading ${seconds(loading)} s, matching ${seconds(took)} s\n`,
    )
    if (seen.stopped) return STOPPED
    if (seen.events > 0 || seen.skipped === 0) return 0
    stderr.write(`${options.events} holds no event: wanted are JSON objects, one a line, over several, or in a list\n`)
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
