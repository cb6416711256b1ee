import { describe, expect, test } from 'vitest'
import { searchFilter } from '../../api/schema/search.ts'
import { evaluate } from '../../core/evaluate.ts'
import { viewOfJson } from '../../core/view.ts'

const now = Date.parse('2026-11-24T08:00:00.000Z')
const ctx = { services: { clock: () => now } } as unknown as Parameters<typeof searchFilter>[0]
const finds = (query: string, document: object) => evaluate(searchFilter(ctx, query, {}), viewOfJson(document))

describe('search text about documents', () => {
  const incident = { createdAt: '2026-11-24T07:30:00.000Z', severity: 'high', status: 'new', signalCount: 12 }

  test.each([
    ['createdAt >= now-1h', true],
    ['createdAt >= now-10m', false],
    ['createdAt: "2026-11-24"', true],
    ['createdAt: "2026-11-23"', false],
    ['severity >= high', true],
    ['severity > high', false],
    ['severity < critical', true],
    ['severity <= medium', false],
    ['severity: HIGH and status: (new or triage)', true],
    ['signalCount > 9', true],
    ['not severity >= critical', true],
  ])('%s', (query, expected) => {
    expect(finds(query, incident)).toBe(expected)
  })

  test('a severity that there is not is refused with its place', () => {
    expect(() => searchFilter(ctx, 'severity > urgent', {})).toThrow(/"urgent" at character 12/)
  })
})
