import { load, YAMLException } from 'js-yaml'
import { z } from 'zod'
import { type Problem, problem } from '../core/errors.ts'
import type { FieldRef } from '../core/event.ts'
import { ALL, and, type Filter, or } from '../core/filter.ts'
import { patternLeaf } from '../core/patternLeaf.ts'
import { readPattern } from './sigma/text.ts'
import type { LogSource } from './sigma/types.ts'

const word = z.string().min(1)
const values = z.union([word, z.number(), z.array(z.union([word, z.number()])).min(1)])

/** A pipeline file: `detection/pipelines/*.yaml`. */
const PIPELINE = z.strictObject({
  /**
   * How log sources of rules find their events: each part given must be the rule's; `where` is what such events carry
   * (Sigma strings, case folded, a list is any of them). Every entry that fits a rule restricts it.
   */
  logsources: z
    .array(
      z.strictObject({
        product: word.optional(),
        category: word.optional(),
        service: word.optional(),
        where: z.record(word, values).optional(),
      }),
    )
    .default([]),
  /**
   * Where a rule's field stands in our events: paths in order, the first present counts; the rule's own name is always
   * the last of them. They hold for rules of this file's log sources (of all rules, where it names none).
   */
  fields: z.record(word, z.array(word).min(1)).default({}),
})

export type PipelineSource = z.infer<typeof PIPELINE>

/** What the pipelines say about one log source. */
interface Route {
  /** Whether some entry names it. */
  readonly named: boolean
  /** Restricts an event only where it carries the field asked for. */
  readonly filter: Filter
  readonly field: (name: string) => FieldRef
}

export interface Pipelines {
  route(logsource: LogSource): Route
}

/** Reads one pipeline file. */
export function readPipeline(text: string, file: string): PipelineSource | Problem {
  try {
    const read = PIPELINE.safeParse(load(text) ?? {})
    if (read.success) return read.data
    const issue = read.error.issues[0]
    const what = `${issue?.path.join('.') || 'file'}: ${issue?.message}`
    return problem('SIG-050', { problem: what }, { file, line: 1, column: 1 })
  } catch (e) {
    if (!(e instanceof YAMLException)) throw e
    const place = { file, line: (e.mark?.line ?? 0) + 1, column: (e.mark?.column ?? 0) + 1 }
    return problem('SIG-050', { problem: e.reason }, place)
  }
}

/** Puts pipelines together; where two name the same field, the first one's paths come first. */
export function createPipelines(sources: readonly PipelineSource[]): Pipelines {
  const routes = new Map<string, Route>()
  return {
    route(logsource) {
      const key = JSON.stringify([logsource.product, logsource.category, logsource.service])
      const known = routes.get(key) ?? makeRoute(sources, logsource)
      routes.set(key, known)
      return known
    },
  }
}

function makeRoute(sources: readonly PipelineSource[], logsource: LogSource): Route {
  const filters: Filter[] = []
  const paths = new Map<string, string[]>()
  let named = false
  for (const source of sources) {
    const fitting = source.logsources.filter((entry) => fits(entry, logsource))
    if (fitting.length > 0) named = true
    for (const entry of fitting) filters.push(whereFilter(entry.where ?? {}))
    if (fitting.length === 0 && source.logsources.length > 0) continue
    for (const [name, more] of Object.entries(source.fields)) paths.set(name, [...(paths.get(name) ?? []), ...more])
  }
  return {
    named,
    filter: filters.length === 0 ? ALL : and(...filters),
    field: (name) => {
      const [first = name, ...more] = new Set([...(paths.get(name) ?? []).filter((p) => p !== name), name])
      return [first, ...more]
    },
  }
}

function fits(entry: PipelineSource['logsources'][number], logsource: LogSource): boolean {
  return (['product', 'category', 'service'] as const).every(
    (part) => entry[part] === undefined || entry[part].toLowerCase() === logsource[part],
  )
}

function whereFilter(where: Readonly<Record<string, z.infer<typeof values>>>): Filter {
  return and(
    ...Object.entries(where).map(([name, value]) => {
      const wanted = [value].flat().map((v) => patternLeaf([name], readPattern(String(v))))
      return or({ op: 'null', field: [name] }, ...wanted)
    }),
  )
}

/** No mapping, no routing. */
export const NO_PIPELINES: Pipelines = createPipelines([])
