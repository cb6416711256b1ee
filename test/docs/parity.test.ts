import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { ERRORS } from '../../core/errors.ts'
import { HAPPENINGS } from '../../core/telemetry.ts'
import { errorsPage } from '../../docs/errorsPage.ts'

const root = resolve(import.meta.dirname, '../..')
const page = (name: string) => readFileSync(resolve(root, 'docs', name), 'utf8')
const firstCells = (text: string) => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((m) => m[1]!)

test('docs/configuration.md lists every key, and no other', () => {
  const keys = loadConfig(undefined, {}).values.map((v) => v.key)
  expect(firstCells(page('configuration.md')).sort()).toEqual([...keys].sort())
})

test('docs/errors.md is what `npm run docs` writes', () => {
  expect(page('errors.md')).toBe(errorsPage())
  expect(firstCells(page('errors.md')).sort()).toEqual(Object.keys(ERRORS).sort())
})

test('docs/operations.md lists every happening, and no other', () => {
  expect(firstCells(page('operations.md')).sort()).toEqual(Object.keys(HAPPENINGS).sort())
})
