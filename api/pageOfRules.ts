import { AppError } from '../core/errors.ts'
import { compileFilter } from '../core/evaluate.ts'
import type { EventView, Value } from '../core/event.ts'
import type { Filter } from '../core/filter.ts'
import { fold } from '../core/fold.ts'
import { type Level, rank } from '../core/model/index.ts'
import type { RuleOrigin, RuleView } from '../detection/index.ts'
import { pageSize } from './limits.ts'
import type { RuleCatalogue } from './ruleCatalogue.ts'

interface RuleQuestion {
  readonly filter: Filter
  readonly origin?: RuleOrigin | null | undefined
  readonly level?: readonly Level[] | null | undefined
  readonly enabled?: boolean | null | undefined
  /** Signals by rule: those with the most come first. The worst rules come first unless told. */
  readonly hits?: ReadonlyMap<string, number> | undefined
  readonly first?: number | null | undefined
  readonly after?: string | null | undefined
}

/** Where a rule stands in the list: by a number, the smallest first, then by title. */
type Key = readonly [order: number, title: string, id: string]

/** What words are looked for in; its text is left out, for a word stands in too many of them. */
const SEARCHED = [
  'id',
  'title',
  'titleZh',
  'description',
  'descriptionZh',
  'tags',
  'logsource',
  'status',
  'level',
  'author',
  'source',
  'kind',
  'origin',
] as const satisfies readonly (keyof RuleView)[]

/** A page of the rules that fit; a cursor keeps its place also where rules come and go. QRY-304 for one that is none. */
export function pageOfRules(rules: RuleCatalogue, question: RuleQuestion) {
  const { origin, level, enabled, hits, after } = question
  const first = pageSize(question.first)
  const holds = question.filter.op === 'all' ? undefined : compileFilter(question.filter)
  const found = rules.all().filter((r) => {
    if (origin != null && r.origin !== origin) return false
    if (level != null && !level.includes(r.level)) return false
    if (enabled != null && rules.runs(r.id) !== enabled) return false
    return holds === undefined || holds(viewOf(r))
  })
  const keyed = found.map((rule) => ({ rule, key: keyOf(rule, hits) })).sort((a, b) => compare(a.key, b.key))
  const start = after == null ? undefined : readCursor(after)
  const from = start === undefined ? 0 : keyed.findIndex((k) => compare(k.key, start) > 0)
  const rows = from < 0 ? [] : keyed.slice(from, from + first)
  return {
    rows: rows.map(({ rule, key }) => ({ rule, cursor: Buffer.from(JSON.stringify(key)).toString('base64url') })),
    hasNext: from >= 0 && from + first < keyed.length,
    total: keyed.length,
  }
}

/** Levels have ranks of one digit: among rules with as many signals the worst come first. */
const keyOf = (rule: RuleView, hits: RuleQuestion['hits']): Key => [
  rank(rule.level) - 10 * (hits?.get(rule.id) ?? 0),
  fold(rule.title),
  rule.id,
]

function compare(a: Key, b: Key): number {
  for (const i of [0, 1, 2] as const) {
    if (a[i] < b[i]) return -1
    if (a[i] > b[i]) return 1
  }
  return 0
}

function readCursor(text: string): Key {
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    if (Array.isArray(key) && key.length === 3 && typeof key[0] === 'number' && key.slice(1).every(isText))
      return key as unknown as Key
  } catch {
    // told below
  }
  throw new AppError('QRY-304')
}

const isText = (value: unknown) => typeof value === 'string'

/** A rule as search text sees it. */
function viewOf(rule: RuleView): EventView {
  const get = (name: string): Value | undefined =>
    (SEARCHED as readonly string[]).includes(name)
      ? ((rule[name as (typeof SEARCHED)[number]] as Value | undefined) ?? undefined)
      : undefined
  return {
    get,
    some: (visit) =>
      SEARCHED.some((name) => {
        const value = get(name)
        return value !== undefined && visit(name, value)
      }),
  }
}
