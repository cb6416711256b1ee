import { expect, test } from 'vitest'
import { ERRORS } from '../../core/errors.ts'
import { KQL_LONGEST, parseKql } from '../../core/kql.ts'
import { EVENT_TYPES, type KqlTypes } from '../../core/kqlValue.ts'
import { constant, page, quoted, table } from './pages.ts'

const text = page('search.md')
const now = Date.UTC(2026, 10, 24, 6)

test('every example of search text is read', () => {
  const rows = table(text, 'write', 'it finds')
  const examples = rows.flatMap(([write]) => quoted(write!))
  expect(examples.length).toBeGreaterThanOrEqual(rows.length)
  for (const example of examples) expect(parseKql(example, { now }).problems, example).toEqual([])
})

test('every example for other lists is read', () => {
  const lists = table(text, 'list', 'such as')
  expect(lists.map(([list]) => list)).toEqual(['`incidents`', '`signals`', '`findings`', '`audit`'])
  for (const [, such] of lists)
    for (const example of quoted(such!)) expect(parseKql(example, { now }).problems, example).toEqual([])
})

const types: KqlTypes = (field) => (field === 'severity' ? ['low', 'high'] : EVENT_TYPES(field))

test('each example of a refusal is refused with its code, and no code is left out', () => {
  const rows = table(text, 'code', 'for example')
  for (const [code, example] of rows)
    expect(
      parseKql(quoted(example!)[0]!, { now, types }).problems.map((p) => p.code),
      example,
    ).toEqual(quoted(code!))
  // KQL-100 is what stands for the family; 104 and 105 are the limits below.
  const shown = [...rows.flatMap(([code]) => quoted(code!)), 'KQL-100', 'KQL-104', 'KQL-105']
  expect(shown.sort()).toEqual(Object.keys(ERRORS).filter((c) => c.startsWith('KQL-')))
})

test('the limits are those of the reader', () => {
  const prose = text.replace(/\s+/g, ' ')
  expect(prose).toContain(`at most ${KQL_LONGEST.toLocaleString('en')} characters`)
  expect(prose).toContain(`at most ${constant('core/kql.ts', 'KQL_DEEPEST')} deep`)
})
