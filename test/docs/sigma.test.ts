import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { lintRule } from '../../detection/lint.ts'
import { loadPipelines, loadRules } from '../../detection/loadRules.ts'
import { createPipelines, readPipeline } from '../../detection/pipeline.ts'
import { CORRELATION_TYPES } from '../../detection/sigma/correlation.ts'
import { readChain } from '../../detection/sigma/modifiers.ts'
import { STORM_BUDGET } from '../../response/index.ts'
import { constant, fences, page, quoted, ROOT, table, textOf } from './pages.ts'

const text = page('sigma.md')
const prose = text.replace(/\s+/g, ' ')
const folder = mkdtempSync(join(tmpdir(), 'suidun-docs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const example = (start: string) => fences(text, 'yaml').find((f) => f.startsWith(start))!
const rows = table(text, 'modifier', 'meaning')
const supported = [...rows.flatMap((r) => quoted(r[0]!)), ...also(rows.map((r) => r[1]!).join('\n'))]

/** Other words for a modifier: "also `wide`". */
function also(meanings: string): string[] {
  return [...meanings.matchAll(/also ((?:`\w+`(?:, )?)+)/g)].flatMap((m) => quoted(m[1]!))
}

test('modifiers that the page calls supported are', () => {
  // A flag follows `re`.
  const chainOf = (m: string) => (['i', 'm', 's', 'ignorecase', 'multiline', 'dotall'].includes(m) ? ['re', m] : [m])
  for (const m of supported) expect(readChain(chainOf(m)), m).not.toHaveProperty('code')
})

test('the page names every modifier that the reader knows', () => {
  const source = textOf('detection/sigma/modifiers.ts').replace(/\/\*\*[\s\S]*?\*\//g, '')
  const known = new Set<string>()
  for (const m of source.matchAll(/const [A-Z0-9]+(?:: readonly string\[\])? = \[([^\]]*)\]/g))
    for (const [, word] of m[1]!.matchAll(/'(\w+)'/g)) known.add(word!)
  for (const [, word] of source.matchAll(/\['(\w+)', '\w+'\]/g)) known.add(word!)
  expect([...supported].sort()).toEqual([...known].sort())
})

test('the rule and its sidecar load, and its samples do as they say', () => {
  mkdirSync(join(folder, 'rules'))
  writeFileSync(join(folder, 'rules/example.yml'), example('title:'))
  writeFileSync(join(folder, 'rules/example.suidun.yaml'), example('titleZh:'))
  const { pipelines } = loadPipelines(join(ROOT, 'detection/pipelines'))
  const loaded = loadRules([join(folder, 'rules')], pipelines)
  expect(loaded.problems).toEqual([])
  expect(loaded.rules).toHaveLength(1)
  expect(lintRule(loaded.rules[0]!)).toEqual([])
})

test('the pipeline is one', () => {
  expect(readPipeline(example('logsources:'), 'example.yaml')).not.toHaveProperty('code')
})

test('the correlation loads, and its table names every type', () => {
  const base = `title: b\nid: b\nname: sign_in_failed\nlevel: low\nlogsource: {category: c}\ndetection: {s: {a: 1}, condition: s}\n---\n`
  const files = [{ path: 'c.yml', name: 'c.yml', text: base + example('title: Many accounts') }]
  const loaded = loadRules([files], createPipelines([]))
  expect(loaded.problems).toEqual([])
  expect(loaded.correlations).toHaveLength(1)
  const types = table(text, 'type', 'fires when, in one window of a group').flatMap((r) => quoted(r[0]!))
  expect(types.toSorted()).toEqual([...CORRELATION_TYPES].sort())
})

test('bounds are those of the code', () => {
  expect(prose).toContain(`at most ${STORM_BUDGET} incidents per unit and hour`)
  expect(prose).toContain(`At most ${constant('detection/entity.ts', 'LONGEST')} characters`)
  expect(prose).toContain(`the first ${constant('detection/detector.ts', 'IDS')} events`)
  expect(constant('response/incidentFor.ts', 'JOIN_MS')).toBe(24 * 3_600_000)
  expect(prose).toContain('at most 24 hours away')
  expect(constant('detection/occurrence.ts', 'WINDOW')).toBe(5 * 60_000)
  const number = (n: number) => n.toLocaleString('en')
  expect(prose).toContain(`at most ${number(constant('detection/correlate/hitReader.ts', 'LONGEST'))} characters`)
  expect(prose).toContain(
    `the first ${number(constant('detection/correlate/createCorrelator.ts', 'LOOKED_AT'))}, at most`,
  )
  expect(prose).toContain(`at most ${constant('detection/correlate/createCorrelator.ts', 'MOST_ABOVE')} groups`)
  expect(prose).toContain(
    `as far as ${number(constant('detection/correlate/fileCorrelations.ts', 'HELD'))} hits a group`,
  )
  expect(prose).toContain(`the first ${number(constant('detection/correlate/fileCorrelations.ts', 'LINES'))} events`)
})
