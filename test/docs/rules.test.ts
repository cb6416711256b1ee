import { expect, test } from 'vitest'
import { ERRORS } from '../../core/errors.ts'
import { ARCHIVE_LIMITS } from '../../detection/index.ts'
import { constant, page, quoted, table } from './pages.ts'

const text = page('rules.md')

test('the limits of an import are those of the reader', () => {
  const value = (shown: string) => Number.parseInt(shown, 10) * (shown.endsWith('MiB') ? 1 << 20 : 1)
  const rows = table(text, 'limit', 'value')
  expect(Object.fromEntries(rows.map(([name, shown]) => [quoted(name!)[0]!, value(shown!)]))).toEqual(ARCHIVE_LIMITS)
})

test('the numbers of exceptions are those of the code, and codes are known', () => {
  expect(constant('detection/admin/exceptions.ts', 'MOST_DAYS')).toBe(366)
  expect(constant('detection/admin/exceptions.ts', 'MOST_PER_RULE')).toBe(100)
  expect(constant('api/schema/ruleChanges.ts', 'PREVIEW_DAYS')).toBe(7)
  expect(constant('api/schema/ruleChanges.ts', 'MOST_FILES')).toBe(100)
  expect(constant('response/countKept.ts', 'IDS_KEPT')).toBe(20)
  expect(constant('detection/describe.ts', 'MOST_SAMPLES')).toBe(50)
  for (const shown of [
    '366 days',
    'Up to 100 act',
    'last 7 days',
    'up to 100 files',
    'first 20 events',
    'the first 50',
  ])
    expect(text.replace(/\s+/g, ' ')).toContain(shown)
  for (const [code] of text.matchAll(/SIG-\d{3}/g)) expect(Object.keys(ERRORS)).toContain(code)
})
