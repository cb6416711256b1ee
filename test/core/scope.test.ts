import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Scope } from '../../core/access.ts'
import { compileFilter } from '../../core/evaluate.ts'
import type { EventView } from '../../core/event.ts'
import { covers, NONE, term, UNLISTED } from '../../core/filter.ts'
import { scopeFilter, substituteHidden } from '../../core/scope.ts'
import { viewOfStored } from '../../core/view.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'

function without(view: EventView, hidden: readonly string[]): EventView {
  return {
    get: (name) => (covers(hidden, name) ? undefined : view.get(name)),
    some: (visit) => view.some((name, value) => !covers(hidden, name) && visit(name, value)),
  }
}

const hiddenFields = fc.subarray([
  UNLISTED,
  'user',
  'user.name',
  'message',
  'event',
  'CommandLine',
  'source.port',
  'host.ip',
])

test('a filter with hidden fields says of an event what it says of the event without them', () => {
  fc.assert(
    fc.property(filters, hiddenFields, storedEvents, (filter, hidden, event) => {
      const view = viewOfStored(event)
      expect(compileFilter(substituteHidden(filter, hidden))(view)).toBe(compileFilter(filter)(without(view, hidden)))
    }),
    { numRuns: 2000 },
  )
})

test('a scope admits the rows of its grants, each asked with the fields of its grant', () => {
  const scope: Scope = {
    grants: [
      { rows: term('user.name', 'root'), hidden: [] },
      { rows: term('user.name', 'admin'), hidden: ['user', 'message'] },
    ],
  }
  fc.assert(
    fc.property(filters, storedEvents, (filter, event) => {
      const view = viewOfStored(event)
      const holds = compileFilter(filter)
      const rows = scope.grants.map((g) => compileFilter(g.rows)(view) && holds(without(view, g.hidden)))
      expect(compileFilter(scopeFilter(scope, filter))(view)).toBe(rows.includes(true))
    }),
  )
  expect(scopeFilter({ grants: [] }, term('a', 'b'))).toEqual(NONE)
})
