import { isAbsolute, relative } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import { createNormaliser } from '../../collectors/index.ts'
import { AppError } from '../../core/errors.ts'
import type { StoredEvent } from '../../core/event.ts'
import {
  describeCorrelation,
  describeRule,
  type FoundFile,
  lintCorrelation,
  lintRule,
  loadLists,
  loadPipelines,
  loadRules,
  OWN_PIPELINES,
  OWN_RULES,
  PACK_ENDING,
  type RuleOrigin,
  readRoots,
  type Sample,
} from '../../detection/index.ts'
import type { LoadAnswer, LoadQuestion } from './messages.ts'
import { handOver, portionsOf } from './portions.ts'

/** Entry of the thread that loads all rules once, so that nobody waits for it, and hands over plain views of them. */
const { roots, lists, zone } = workerData as LoadQuestion
/** So much is handed over at a time, so that the other side is never busy for long. */
const PORTION = 100

function originsOf(read: readonly (readonly FoundFile[])[]): (path: string) => RuleOrigin {
  const packed = new Set(
    roots.flatMap((root, i) => (root.endsWith(PACK_ENDING) ? (read[i] ?? []).map((f) => f.path) : [])),
  )
  return (path) => {
    if (packed.has(path)) return 'imported'
    const own = relative(OWN_RULES, path)
    return own.startsWith('..') || isAbsolute(own) ? 'configured' : 'own'
  }
}

function eventsOf(): (sample: Sample) => StoredEvent | undefined {
  const normalise = createNormaliser({ estate: { assets: [], datasets: [] }, zone })
  return (sample) => {
    if (sample.event !== undefined) return { ecs: sample.event as StoredEvent['ecs'], rest: {} }
    if (sample.raw === undefined || sample.framing === undefined) return undefined
    const origin = { keyId: '', sourceId: '', unitId: 'root', systemId: null, receivedAt: Date.now(), address: '' }
    return normalise(sample.raw, sample.framing, origin)
  }
}

function* answers(): Generator<LoadAnswer> {
  const named = loadLists(lists)
  const { pipelines, problems: broken } = loadPipelines(OWN_PIPELINES)
  const read = readRoots(roots)
  const loaded = loadRules(read.roots, pipelines, named.lists)
  const options = { originOf: originsOf(read.roots), eventOf: eventsOf() }
  const views = loaded.rules.map((rule) => describeRule(rule, options))
  const byId = new Map(views.map((v) => [v.id, v]))
  for (const correlation of loaded.correlations) {
    const view = describeCorrelation(correlation, byId, { ...options, among: loaded })
    byId.set(view.id, view)
    views.push(view)
  }
  for (const rules of portionsOf(views, PORTION)) yield { rules }
  yield { correlations: loaded.correlations }
  const wanted = new Set(views.flatMap((v) => v.needs))
  const files = read.roots.flat().filter((f) => wanted.has(f.path))
  for (const some of portionsOf(files, PORTION)) yield { files: some }
  const problems = [
    ...named.problems,
    ...broken,
    ...read.problems,
    ...loaded.problems,
    ...loaded.rules.flatMap(lintRule),
    ...loaded.correlations.flatMap((c) => lintCorrelation(c, loaded)),
  ]
  for (const some of portionsOf(problems, PORTION)) yield { problems: some }
  yield { refused: loaded.refusedIn }
}

/** What is not there is said in words; anything else ends the thread, which is told of. */
function* orError(): Generator<LoadAnswer> {
  try {
    yield* answers()
  } catch (e) {
    if (!(e instanceof AppError)) throw e
    yield { error: { code: e.code, details: e.details } }
  }
}

await handOver(parentPort!, orError())
parentPort!.close()
