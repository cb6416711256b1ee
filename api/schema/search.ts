import { AppError, type Problem } from '../../core/errors.ts'
import { ALL, type Filter } from '../../core/filter.ts'
import { parseKql } from '../../core/kql.ts'
import type { KqlTypes } from '../../core/kqlValue.ts'
import { mapFields } from '../../core/mapFields.ts'
import { LEVELS } from '../../core/model/index.ts'
import type { ApiContext } from '../context.ts'

/** Search text that cannot be read; the border tells its problems with their places. */
export class SearchError extends AppError {
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    const [first] = problems
    super((first?.code ?? 'KQL-100') as AppError['code'], { ...first?.details }, first)
    this.problems = problems
  }
}

/**
 * Search text (KQL) as a filter; no text asks for everything. `names` says which fields of the documents are meant by
 * names of the schema (`rule.id`); without them the text is about events.
 */
export function searchFilter(
  ctx: ApiContext,
  text: string | null | undefined,
  names?: Readonly<Record<string, string>>,
): Filter {
  if (text === null || text === undefined || text.trim() === '') return ALL
  const now = ctx.services.clock()
  const { filter, problems } = parseKql(text, names === undefined ? { now } : { now, types: DOCUMENT_TYPES })
  if (filter === undefined) throw new SearchError(problems)
  return names === undefined ? filter : mapFields(filter, (name) => [names[name] ?? name])
}

const TIMES = new Set([
  'at',
  'createdAt',
  'updatedAt',
  'first',
  'last',
  'window',
  'firstSeen',
  'lastSeen',
  'fixedAt',
  'decision.at',
  'decision.until',
  'until',
])
const NUMBERS = new Set(['count', 'signalCount', 'seq', 'line'])
const SEVERITIES = [...LEVELS].reverse()

/** How the fields of documents are read: times as instants, severities by their rank. */
const DOCUMENT_TYPES: KqlTypes = (field) =>
  TIMES.has(field)
    ? 'date'
    : NUMBERS.has(field)
      ? 'long'
      : field === 'severity' || field === 'level'
        ? SEVERITIES
        : undefined
