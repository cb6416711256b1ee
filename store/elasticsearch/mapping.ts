import { CATALOGUE_VERSION, FIELDS, type Field } from '../../core/fields.ts'

/**
 * How an index of events looks. The event stands in `_source` as it is (ECS groups at the top level, what is not of the
 * catalogue as JSON text in `rest`), so that other tools read it; `find` is derived from it for our own questions and kept
 * out of `_source`.
 */

/** Longest text that is indexed, in UTF-16 units (Elasticsearch refuses terms over 32,766 bytes). Longer: `find.long`. */
export const LONGEST = 8_000

interface Property {
  readonly properties?: Record<string, Property>
  readonly [option: string]: unknown
}

const KEYWORD: Property = { type: 'keyword', ignore_above: LONGEST }
const LOWER: Property = { type: 'keyword', normalizer: 'folded', ignore_above: LONGEST, doc_values: false }

function typeOf(field: Field): Property {
  switch (field.type) {
    case 'keyword':
      return { ...KEYWORD, fields: { lower: LOWER } }
    case 'ip':
      return { ...KEYWORD, fields: { lower: LOWER, address: { type: 'ip', ignore_malformed: true } } }
    case 'date':
      return { type: 'date', format: 'strict_date_time' }
    default:
      return { type: field.type }
  }
}

/** Settings and mapping of an index of events. */
export function eventsIndex() {
  const properties: Record<string, Property> = {}
  for (const field of FIELDS) {
    const parts = field.name.split('.')
    let at = properties
    for (const part of parts.slice(0, -1)) {
      at[part] ??= { dynamic: false, properties: {} }
      at = at[part].properties!
    }
    at[parts.at(-1)!] = typeOf(field)
  }
  return {
    settings: {
      number_of_shards: 1,
      // Said, so that an index nobody searched for a while is refreshed as well.
      refresh_interval: '1s',
      auto_expand_replicas: '0-1',
      analysis: { normalizer: { folded: { type: 'custom', filter: ['lowercase'] } } },
    },
    mappings: {
      dynamic: false,
      _meta: { catalogue: CATALOGUE_VERSION },
      _source: { excludes: ['find'] },
      properties: {
        ...properties,
        rest: { type: 'keyword', index: false, doc_values: false },
        find: {
          dynamic: false,
          properties: {
            /** Names that are present, also with null. */
            has: { type: 'keyword', doc_values: false },
            /** Names with a value that is not null. */
            filled: { type: 'keyword', doc_values: false },
            /** Names of the catalogue that stand in `rest`. */
            misfit: { type: 'keyword', doc_values: false },
            /** Names with a text that is too long to be indexed. */
            long: { type: 'keyword', doc_values: false },
            /** Values of `rest` by name, as their text and folded. */
            rest: { type: 'flattened', ignore_above: LONGEST },
            lower: { type: 'flattened', ignore_above: LONGEST },
            /** Every text of the event that keyword search looks at, folded. */
            all: { type: 'keyword', doc_values: false },
          },
        },
      },
    },
  } as const
}
