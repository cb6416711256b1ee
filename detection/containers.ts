import { type Filter, or } from '../core/filter.ts'
import { isObject } from '../core/jsonObject.ts'

/** Names under which a source hands over many events in one object, and a field that such events have. */
const CONTAINERS: readonly (readonly [string, readonly string[]])[] = [
  // CloudTrail's files in S3.
  ['Records', ['eventSource', 'eventName']],
  // What Azure sends to an Event Hub or a storage account.
  ['records', ['category', 'operationName']],
  // A list of the Kubernetes API server's audit events.
  ['items', ['auditID']],
  // Okta's event hooks.
  ['data.events', ['eventType']],
  // What Elasticsearch answers to a search.
  ['hits.hits', ['_index']],
  // Events that Windows saved as XML, turned into JSON.
  ['Events.Event', ['System.Channel', 'System.Computer']],
]

/** Objects that may be such a container. */
export const CONTAINER_FILTER: Filter = or(
  ...CONTAINERS.flatMap(([list, fields]) =>
    fields.map((field): Filter => ({ op: 'exists', field: [`${list}.${field}`] })),
  ),
)

/** The events that an object holds; undefined where it is none of the known containers, but an event by itself. */
export function eventsWithin(object: object): readonly object[] | undefined {
  for (const [list, fields] of CONTAINERS) {
    const found = list.split('.').reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), object)
    if (!Array.isArray(found) || found.length === 0) continue
    const events = found.filter(isObject)
    if (events.length === found.length && events.every((e) => fields.some((f) => Object.hasOwn(e, f.split('.')[0]!))))
      return events
  }
  return undefined
}
