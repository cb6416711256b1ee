import { load, YAMLException } from 'js-yaml'
import { z } from 'zod'
import { type Problem, problem } from '../core/errors.ts'
import type { FieldRef } from '../core/event.ts'
import { ALL, and, type Filter, or } from '../core/filter.ts'
import type { FieldMap } from '../core/mapFields.ts'
import { patternLeaf } from '../core/patternLeaf.ts'
import { type DeliveredFields, deliveredFields } from './deliveredFields.ts'
import { alternatives } from './sigma/alternatives.ts'
import { readPattern } from './sigma/text.ts'
import type { LogSource } from './sigma/types.ts'

const word = z.string().min(1)
const values = z.union([word, z.number(), z.array(z.union([word, z.number()])).min(1)])

/** A pipeline file: `detection/pipelines/*.yaml`. */
const PIPELINE = z.strictObject({
  /**
   * How log sources of rules find their events: each part given must be the rule's; `where` is what such events carry
   * (fields as rules call them, Sigma strings, case folded, a list is any of them). Every entry that fits a rule
   * restricts it.
   */
  logsources: z
    .array(
      z.strictObject({
        /** Null: for rules that name none. */
        product: word.nullable().optional(),
        category: word.optional(),
        service: word.optional(),
        where: z.record(word, values).optional(),
        /**
         * The fields that its events have, by the names that rules use; `name.*` also all below it. Given, a rule that
         * needs another field (one without a mapping or a name of ECS) is warned of.
         */
        known: z.array(word).optional(),
      }),
    )
    .default([]),
  /** Events of this file's log sources never carry all of these fields. */
  without: z.array(word).default([]),
  /**
   * Where any field stands in its source's own forms: paths in which `{name}` is the rule's name, `{first}` the same with
   * its first letter small, `{upper}` with it capital, `{snake}` in small letters with underscores; `{product}` and
   * `{service}` are those of the rule.
   */
  native: z.array(word).default([]),
  /**
   * Where a rule's field stands in our events: paths in order, the first present counts; `@Name` are the native places of
   * that name and the name itself. The rule's own name is always the last of them; a field not listed has its native
   * places. They hold for rules of this file's log sources (of all rules, where it names none).
   */
  fields: z.record(word, z.array(word).min(1)).default({}),
  /** Fields whose values stand apart: those of each path count, beside those of `fields`. */
  each: z.record(word, z.array(word).min(1)).default({}),
})

export type PipelineSource = z.infer<typeof PIPELINE>

/** What the pipelines say about one log source. */
export interface Route {
  /** Whether some entry names it. */
  readonly named: boolean
  /** Restricts an event only where it carries the field asked for. */
  readonly filter: Filter
  readonly field: FieldMap
  /** The fields that its events have, by the names that rules use; undefined where nobody can know. */
  readonly delivered: DeliveredFields | undefined
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
  const fitting = sources
    .map((source) => ({ source, entries: source.logsources.filter((entry) => fits(entry, logsource)) }))
    .filter(({ source, entries }) => entries.length > 0 || source.logsources.length === 0)
  const field = fieldMap(
    fitting.map((f) => f.source),
    logsource,
  )
  const filters = fitting.flatMap(({ source, entries }) =>
    entries.length === 0
      ? []
      : [withoutFilter(source.without, field), ...entries.map((e) => whereFilter(e.where ?? {}, field))],
  )
  return {
    named: fitting.some((f) => f.entries.length > 0),
    filter: and(...filters),
    field,
    delivered: deliveredBy(fitting),
  }
}

function deliveredBy(
  fitting: readonly { source: PipelineSource; entries: PipelineSource['logsources'] }[],
): DeliveredFields | undefined {
  const lists = fitting.flatMap(({ entries }) => entries.flatMap((e) => (e.known === undefined ? [] : [e.known])))
  if (lists.length === 0) return undefined
  return deliveredFields([
    ...lists.flat(),
    ...fitting.flatMap((f) => [...Object.keys(f.source.fields), ...Object.keys(f.source.each)]),
  ])
}

function fieldMap(sources: readonly PipelineSource[], logsource: LogSource): FieldMap {
  const native = sources.flatMap((s) => s.native).map((n) => ofLogSource(n, logsource))
  const nativePlaces = (name: string) => [...native.map((n) => ofName(n, name)), name]
  const places = (name: string): FieldRef => {
    const own = sources.flatMap((s) => (Object.hasOwn(s.fields, name) ? s.fields[name]! : []))
    const all =
      own.length === 0 ? nativePlaces(name) : own.flatMap((p) => (p[0] === '@' ? nativePlaces(p.slice(1)) : [p]))
    const kept = new Set(all)
    kept.delete(name)
    const [first = name, ...more] = [...kept, name]
    return [first, ...more]
  }
  const each = new Map<string, readonly FieldRef[]>()
  for (const source of sources)
    for (const [name, paths] of Object.entries(source.each))
      each.set(name, [...(each.get(name) ?? []), ...paths.map((p): FieldRef => [p])])
  const found = new Map<string, FieldRef>()
  const field = (name: string) => {
    const known = found.get(name) ?? places(name)
    found.set(name, known)
    return known
  }
  return each.size === 0 ? field : Object.assign(field, { each: (name: string) => each.get(name) ?? NO_FIELDS })
}

function ofLogSource(path: string, { product, service }: LogSource): string {
  return path.replace('{product}', () => product ?? '').replace('{service}', () => service ?? '')
}

function ofName(path: string, name: string): string {
  return path.replace(/\{(name|first|upper|snake)\}/, (_, form) => FORMS[form as keyof typeof FORMS](name))
}

const FORMS = {
  name: (name: string) => name,
  first: (name: string) => name.slice(0, 1).toLowerCase() + name.slice(1),
  upper: (name: string) => name.slice(0, 1).toUpperCase() + name.slice(1),
  snake: (name: string) => name.replace(/(?<=[a-z0-9])[A-Z]/g, '_$&').toLowerCase(),
}

const NO_FIELDS: readonly FieldRef[] = []

function fits(entry: PipelineSource['logsources'][number], logsource: LogSource): boolean {
  return (['product', 'category', 'service'] as const).every((part) => {
    const wanted = entry[part]
    return wanted === undefined || (wanted === null ? undefined : wanted.toLowerCase()) === logsource[part]
  })
}

function whereFilter(where: Readonly<Record<string, z.infer<typeof values>>>, field: FieldMap): Filter {
  return and(
    ...Object.entries(where).map(([name, value]) => {
      const places = field(name)
      const wanted = alternatives([value].flat().map((v) => patternLeaf(places, readPattern(String(v)))))
      return or({ op: 'null', field: places }, wanted)
    }),
  )
}

function withoutFilter(names: readonly string[], field: FieldMap): Filter {
  return names.length === 0 ? ALL : or(...names.map((n): Filter => ({ op: 'null', field: field(n) })))
}

/** No mapping, no routing. */
export const NO_PIPELINES: Pipelines = createPipelines([])
