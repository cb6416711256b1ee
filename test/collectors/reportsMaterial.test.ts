import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { importReport, readReport } from '../../collectors/reports/index.ts'
import { EVERYTHING } from '../../core/access.ts'
import type { Finding } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { openDocuments } from '../../store/index.ts'
import { describeMaterial, material } from '../support/material.ts'

interface Expected {
  readonly files: Readonly<Record<string, { findings: number; by_severity: Readonly<Record<string, number>> }>>
  readonly v1_to_v2: Readonly<Record<string, { same: number; fixed: number; new: number }>>
}

const REPORTS = [
  ['bandit', 'sarif'],
  ['semgrep', 'sarif'],
  ['eslint', 'sarif'],
  ['hadolint', 'sarif'],
  ['trivy', 'sarif'],
  ['trivy', 'json.gz'],
] as const

/** How the words of the tools read as our severities. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  error: ['critical', 'high'],
  warning: ['medium'],
  note: ['low'],
  CRITICAL: ['critical'],
  HIGH: ['high'],
  MEDIUM: ['medium'],
  LOW: ['low'],
}

/** Made up, and none of the scanners masked them. */
const SECRETS = ['portal-Passw0rd-not-real', 'tok-0000-not-real', 'Adm1n-not-real']

describeMaterial('reports of real scanners', 'reports', () => {
  let docs: DocumentStore
  let folder: string
  let now = Date.UTC(2026, 10, 24, 6)

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'suidun-reports-'))
    docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
  })
  afterEach(async () => {
    await docs.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const file = (scanner: string, name: string) => readFileSync(material('reports', scanner, name))
  const expected = (scanner: string) => JSON.parse(file(scanner, 'expected.json').toString()) as Expected
  const post = async (scanner: string, name: string, scope: string | null = null) => {
    now += 60_000
    const origin = { keyId: 'k', keyName: 'ci', unitId: 'root', systemId: null }
    const {
      format: _,
      rejected,
      ...counts
    } = await importReport(docs, file(scanner, name), { target: 'portal', scope, origin, clock: () => now })
    expect(rejected).toEqual([])
    return counts
  }
  const findings = async () => {
    const page = await docs.list('finding', { scope: EVERYTHING, sort: [['firstSeen', 'asc']], first: 1_000 })
    return page.rows
  }
  const state = async () => JSON.stringify((await findings()).map(({ id, version, doc }) => [id, version, doc]))

  it.each(REPORTS)('%s %s: counts and severities are those of the tool', async (scanner, ext) => {
    for (const v of ['v1', 'v1-again', 'v2']) {
      const { findings, by_severity } = expected(scanner).files[`${v}.${ext}`]!
      const [scan] = readReport(file(scanner, `${v}.${ext}`)).scans
      expect(scan!.findings).toHaveLength(findings)
      for (const [word, count] of Object.entries(by_severity)) {
        const levels = scan!.findings.filter((f) => WORDS[word]!.includes(f.severity))
        expect([word, levels.length]).toEqual([word, count])
      }
    }
  })

  it.each(REPORTS)('%s %s: the same state again changes nothing', async (scanner, ext) => {
    const { findings: count } = expected(scanner).files[`v1.${ext}`]!
    expect(await post(scanner, `v1.${ext}`)).toEqual({ created: count, unchanged: 0, reopened: 0, closed: 0 })
    const before = await state()
    expect(await post(scanner, `v1-again.${ext}`)).toEqual({ created: 0, unchanged: count, reopened: 0, closed: 0 })
    expect(await state()).toBe(before)
  })

  it.each(REPORTS)('%s %s: the new version keeps, closes and opens what the truth says', async (scanner, ext) => {
    const truth = expected(scanner).v1_to_v2[ext.replace('.gz', '')]!
    await post(scanner, `v1.${ext}`)
    const v2 = await post(scanner, `v2.${ext}`)
    expect(v2).toEqual({ created: truth.new, unchanged: truth.same, reopened: 0, closed: truth.fixed })
    const rows = await findings()
    const open = rows.filter((r) => r.doc.status === 'open')
    expect(open).toHaveLength(expected(scanner).files[`v2.${ext}`]!.findings)
    // And back: what was closed is open again, what was new is closed.
    const back = await post(scanner, `v1.${ext}`)
    expect(back).toEqual({ created: 0, unchanged: v2.unchanged, reopened: v2.closed, closed: v2.created })
    expect((await findings()).length).toBe(rows.length)
  })

  it('a file that was renamed keeps its findings', async () => {
    await post('bandit', 'v1.sarif')
    const before = (await findings()).filter((r) => r.doc.path === 'app/util.py')
    expect(before).toHaveLength(7)
    expect(await post('bandit', 'v2.sarif')).toEqual({ created: 4, unchanged: 24, reopened: 0, closed: 3 })
    const after = (await findings()).filter((r) => r.doc.path === 'app/helpers.py')
    expect(after.map((r) => r.id).sort()).toEqual(before.map((r) => r.id).sort())
    expect((await findings()).some((r) => r.doc.path === 'app/util.py')).toBe(false)
  })

  it('both formats of one scan are the same findings', async () => {
    await post('trivy', 'v1.sarif')
    expect(await post('trivy', 'v1.json.gz')).toEqual({ created: 0, unchanged: 81, reopened: 0, closed: 0 })
  })

  it.each([
    ['extra-v1-part.sarif', 17],
    ['extra-empty.sarif', 0],
    ['extra-parse-error.sarif', 0],
  ])('bandit %s closes nothing that it did not look at', async (name, unchanged) => {
    await post('bandit', 'v1.sarif')
    const before = await state()
    expect(await post('bandit', name)).toEqual({ created: 0, unchanged, reopened: 0, closed: 0 })
    expect(await state()).toBe(before)
  })

  it('a narrower scan closes within what it read', async () => {
    await post('bandit', 'v2.sarif')
    // v1 of main.py alone: the four new weaknesses of v2 are gone, the three fixed ones are back.
    expect(await post('bandit', 'extra-v1-part.sarif')).toEqual({ created: 3, unchanged: 14, reopened: 0, closed: 4 })
  })

  it('reports of other formats are refused by name, and nothing is stored', async () => {
    for (const [scanner, name, code] of [
      ['npm-audit', 'extra-v1-error.json', 'FND-415'],
      ['npm-audit', 'v1.json', 'FND-415'],
      ['bandit', 'v1.json', 'FND-415'],
      ['bandit', 'v1.csv', 'FND-415'],
      ['nmap', 'v1.xml', 'FND-415'],
      ['nuclei', 'v1.json', 'FND-415'],
      ['pip-audit', 'v1.cdx.json', 'FND-415'],
      ['prowler', 'v1.ocsf.json.gz', 'FND-415'],
    ] as const)
      await expect([name, await post(scanner, name).catch((e) => e.code)]).toEqual([name, code])
    expect(await findings()).toEqual([])
  })

  it('no secret of the scanned application is stored', async () => {
    for (const [scanner, ext] of REPORTS) for (const v of ['v1', 'v2']) await post(scanner, `${v}.${ext}`)
    // Not the checkpoint of the audit log: it is moved on after the answer, by way of a file that comes and goes.
    const bytes = readdirSync(folder)
      .filter((f) => !f.includes('.audit-head'))
      .map((f) => readFileSync(join(folder, f)).toString('latin1'))
      .join('\n')
    const all: Finding[] = (await findings()).map((r) => r.doc)
    for (const secret of SECRETS) {
      expect([secret, all.filter((f) => JSON.stringify(f).includes(secret)).map((f) => f.context)]).toEqual([
        secret,
        [],
      ])
      expect(bytes.includes(secret)).toBe(false)
    }
    // What was masked is still recognisable as what it is.
    expect(all.some((f) => f.context?.startsWith('DB_PASSWORD = "***'))).toBe(true)
  })
})
