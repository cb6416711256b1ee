import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { importReport } from '../../collectors/index.ts'
import { EVERYTHING } from '../../core/access.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { openDocuments } from '../../store/index.ts'
import { constant, fences, page, quoted, table } from './pages.ts'

const text = page('findings.md')
const prose = text.replace(/\s+/g, ' ')
const folder = mkdtempSync(join(tmpdir(), 'suidun-docs-'))
let docs: DocumentStore
beforeAll(async () => {
  docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
})
afterAll(async () => {
  await docs.close()
  rmSync(folder, { recursive: true, force: true })
})

const origin = { keyId: 'k', keyName: 'ci', unitId: 'root', systemId: null }
const send = (body: string, target = 'example') =>
  importReport(docs, Buffer.from(body), { target, scope: null, origin, clock: () => Date.UTC(2026, 10, 24) })
const example = fences(text, 'json')[0]!

test('the report on the page is answered with the fields on the page', async () => {
  const first = await send(example)
  expect(first).toEqual({ format: 'sarif', created: 1, unchanged: 0, reopened: 0, closed: 0, rejected: [] })
  expect(table(text, 'field', 'meaning').map(([field]) => quoted(field!)[0])).toEqual(Object.keys(first))
  expect(await send(example)).toEqual({ ...first, created: 0, unchanged: 1 })
  const { rows } = await docs.list('finding', { scope: EVERYTHING, sort: [], first: 10 })
  expect(rows.map((r) => r.doc.context)).toEqual(["PASSWORD = '***'"])
  expect(JSON.stringify(rows)).not.toContain('s3cr3t')
})

test('an empty report that does not say what it read closes nothing', async () => {
  const empty = JSON.parse(example) as { runs: { results: unknown[] }[] }
  empty.runs[0]!.results = []
  expect(await send(JSON.stringify(empty))).toMatchObject({ closed: 0 })
})

test('bounds are those of the code', () => {
  expect(prose).toContain(`at most ${constant('collectors/reports/importReport.ts', 'LONGEST_TARGET')} characters`)
  const most = constant('collectors/reports/reported.ts', 'MOST_RESULTS').toLocaleString('en')
  expect(prose).toContain(`${most} results`)
})
