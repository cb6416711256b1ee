import type { EventView } from './event.ts'
import { type Filter, or } from './filter.ts'
import { isObject, type JsonObject } from './jsonObject.ts'
import { viewOfJson } from './view.ts'
import { MAYBE_CONVERTED, windowsForm } from './windowsForm.ts'

/** What Elasticsearch says of a hit beside the document itself. */
const ABOUT_HIT: ReadonlySet<string> = new Set([
  '_explanation',
  '_id',
  '_ignored',
  '_index',
  '_nested',
  '_node',
  '_primary_term',
  '_routing',
  '_score',
  '_seq_no',
  '_shard',
  '_type',
  '_version',
  'fields',
  'found',
  'highlight',
  'ignored_field_values',
  'inner_hits',
  'matched_queries',
  'sort',
])

/** Holds for every event that `usualForm` changes; it may hold for others. */
export const MAYBE_UNUSUAL: Filter = or({ op: 'exists', field: ['_index'] }, MAYBE_CONVERTED)

/** Every event that `usualForm` changes has something under one of these names. */
export const UNUSUAL_NAMES = [
  '_source',
  'Payload',
  'Event.System',
  'Event.EventData',
  'System.Provider',
  'EventData.Data',
] as const

/**
 * An event in a form in which fields can be named: the document of an Elasticsearch hit (`_source`), and Windows events turned from
 * XML into JSON by whatever program. Undefined where it has one already: that costs the look at a few names. What an event was
 * wrapped in does not become a part of it.
 */
export function usualForm(event: JsonObject): JsonObject | undefined {
  const document = documentOf(event)
  return windowsForm(document ?? event) ?? document
}

/** An event as filters see it, in its usual form. */
export function viewOfEvent(event: object): EventView {
  return viewOfJson(usualForm(event as JsonObject) ?? event)
}

function documentOf(event: JsonObject): JsonObject | undefined {
  const { _source, _index } = event
  if (!isObject(_source) || typeof _index !== 'string') return undefined
  for (const key of Object.keys(event)) if (key !== '_source' && !ABOUT_HIT.has(key)) return undefined
  return _source
}
