import { load, YAMLException } from 'js-yaml'
import { z } from 'zod'
import { type Problem, problem } from '../core/errors.ts'
import { ALL, and, type Filter, not, or } from '../core/filter.ts'
import type { FieldMap } from '../core/mapFields.ts'
import { patternLeaf } from '../core/patternLeaf.ts'
import { type DeliveredFields, deliveredFields } from './deliveredFields.ts'
import { fieldPlaces } from './fieldPlaces.ts'
import { alternatives } from './sigma/alternatives.ts'
import { readPattern } from './sigma/text.ts'
import type { LogSource } from './sigma/types.ts'

const word = z.string().min(1)
const values = z.union([word, z.number(), z.array(z.union([word, z.number()])).min(1)])

const error = 'must be a table of texts, or a text that holds one of {value}, {hex8}, {hex16} once'
/** What the source writes, and what that is in rules; or a text with the value in it. */
const meaning = z.union(
  [
    z.record(word, z.union([word, z.number(), z.boolean()])).refine((t) => Object.keys(t).length > 0, { error }),
    z.string().regex(/^[^{}]*\{(value|hex8|hex16)\}[^{}]*$/, { error }),
  ],
  { error },
)

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
        /** Events that carry one of these fields are not asked for `where`. */
        unless: z.array(word).default([]),
        /** What such events never carry, written as `where` is. */
        never: z.record(word, values).default({}),
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
  /** Objects that stand elsewhere as well, with all that is below them: those are further native places, after the others. */
  objects: z.record(word, z.array(word).min(1)).default({}),
  /**
   * Where a rule's field stands in our events: paths in order, the first present counts; `@Name` are the native places of
   * that name and the name itself; `a + b` are two of one rank, which count together. The rule's own name is always the last of them; a field not listed has its native
   * places. They hold for rules of this file's log sources (of all rules, where it names none).
   */
  fields: z.record(word, z.array(word).min(1)).default({}),
  /** Fields whose values stand apart: those of each path count, beside those of `fields`. */
  each: z.record(word, z.array(word).min(1)).default({}),
  /**
   * Fields in which the values that a rule compares are looked for as well, though they are not the field: a rule that asks
   * whether it is there (`null`, `exists`) does not look at them. `path.*` is any value below the path, for rules that
   * search the field as text (`contains`); `@Name` and `@Name.*` its native places, or all below those.
   */
  also: z.record(word, z.array(word).min(1)).default({}),
  /**
   * What values mean that sources write otherwise than rules do, by field and path (as in `fields`): a table of them, or a
   * text with the value in it: `MD5={value}`; `{hex8}` is the number in eight hexadecimal digits. What a value means
   * counts beside what it is; a path that is not among the field's `fields` counts, wherever present, for that only.
   */
  values: z.record(word, z.record(word, meaning)).default({}),
})

export type PipelineSource = z.infer<typeof PIPELINE>
type LogSourceEntry = PipelineSource['logsources'][number]

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
  const field = fieldPlaces(
    fitting.map((f) => f.source),
    logsource,
  )
  const filters = fitting.flatMap(({ source, entries }) =>
    entries.length === 0
      ? []
      : [withoutFilter(source.without, field), ...entries.flatMap((e) => entryFilters(e, field))],
  )
  return {
    named: fitting.some((f) => f.entries.length > 0),
    filter: and(...filters),
    field,
    delivered: deliveredBy(fitting),
  }
}

function deliveredBy(
  fitting: readonly { source: PipelineSource; entries: readonly LogSourceEntry[] }[],
): DeliveredFields | undefined {
  const lists = fitting.flatMap(({ entries }) => entries.flatMap((e) => (e.known === undefined ? [] : [e.known])))
  if (lists.length === 0) return undefined
  return deliveredFields([
    ...lists.flat(),
    ...fitting.flatMap(({ source }) =>
      [source.fields, source.each, source.also, source.values].flatMap((named) => Object.keys(named)),
    ),
  ])
}

function fits(entry: LogSourceEntry, logsource: LogSource): boolean {
  return (['product', 'category', 'service'] as const).every((part) => {
    const wanted = entry[part]
    return wanted === undefined || (wanted === null ? undefined : wanted.toLowerCase()) === logsource[part]
  })
}

function entryFilters({ where = {}, unless, never }: LogSourceEntry, field: FieldMap): readonly Filter[] {
  const asked = and(
    ...Object.entries(where).map(([name, value]) => or(absent(name, field), carries(name, value, field))),
  )
  const excused = unless.map((name) => not(absent(name, field)))
  return [
    asked.op === 'all' ? ALL : or(asked, ...excused),
    ...Object.entries(never).map(([name, value]) => not(carries(name, value, field))),
  ]
}

function carries(name: string, value: z.infer<typeof values>, field: FieldMap): Filter {
  return alternatives([value].flat().map((v) => patternLeaf(field(name), readPattern(String(v)))))
}

function absent(name: string, field: FieldMap): Filter {
  return { op: 'null', field: field(name) }
}

function withoutFilter(names: readonly string[], field: FieldMap): Filter {
  return names.length === 0 ? ALL : or(...names.map((n) => absent(n, field)))
}

/** No mapping, no routing. */
export const NO_PIPELINES: Pipelines = createPipelines([])
