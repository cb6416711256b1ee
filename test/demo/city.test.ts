import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERYTHING, type Identity } from '../../core/access.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { CITY_FILE, readCity, SYSLOG_UNIT, scannerReport } from '../../demo/index.ts'
import { RULES } from '../../demo/rules.ts'
import { applyInventory } from '../../inventory/index.ts'
import { openDocuments } from '../../store/index.ts'
import { openReplay } from './replay.ts'

const actor: Identity = {
  kind: 'system',
  id: 'demo',
  name: 'demo',
  role: 'system_admin',
  scopes: [],
  unitId: 'root',
  partyId: undefined,
}
const options = { actor, clock: () => Date.UTC(2026, 10, 24), fileName: 'city.yaml' }

let folder: string
let docs: DocumentStore
beforeAll(async () => {
  folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-city-'))
  docs = await openDocuments({ path: join(folder, 'documents.db') })
})
afterAll(async () => {
  await docs.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

describe('the sample city', () => {
  it('is an inventory file that applies as it stands, and changes nothing the second time', async () => {
    const text = fs.readFileSync(CITY_FILE, 'utf8')
    const first = await applyInventory(docs, text, options)
    expect(first.problems).toEqual([])
    expect(first.created).toBeGreaterThan(80)
    const again = await applyInventory(docs, text, options)
    expect([again.created, again.changed, again.problems]).toEqual([0, 0, []])
    expect(await docs.count('system', { scope: EVERYTHING })).toBe(6)
  })

  it('has a province, a city, eleven districts, thirty-two departments, and a contractor of two systems', () => {
    const { units, parties, systems, datasets } = readCity()
    const count = (kind: string) => units.filter((u) => u.kind === kind).length
    expect([count('province'), count('city'), count('district'), count('department')]).toEqual([1, 1, 11, 32])
    expect(parties.map((p) => p.operates.length)).toEqual([2])
    expect(systems.length).toBe(6)
    expect(datasets.filter((d) => d.dataClass === 'important').length).toBe(1)
  })

  it('sends syslog only for systems of the unit that syslog belongs to', () => {
    const { systems, units } = readCity()
    expect(units.some((u) => u.id === SYSLOG_UNIT)).toBe(true)
    expect(systems.filter((s) => s.unitId === SYSLOG_UNIT).length).toBe(4)
  })
})

describe('the attacks', () => {
  it('name rules that stand in detection/rules under these ids', () => {
    const { rules, correlations } = openReplay()
    const known = new Set([...rules.map((r) => r.rule.id), ...correlations.map((c) => c.correlation.id)])
    for (const [name, id] of Object.entries(RULES)) {
      expect(known.has(id), name).toBe(true)
      const file = new URL(`../../detection/rules/${name}.yml`, import.meta.url)
      expect(fs.readFileSync(file, 'utf8')).toContain(`id: ${id}\n`)
    }
  })
})

describe('the report of the demo', () => {
  it('is the same for the same seed, for a system of the city, and names only files it read', () => {
    const at = Date.UTC(2026, 10, 24)
    const report = scannerReport({ seed: 5, at })
    expect(report).toEqual(scannerReport({ seed: 5, at }))
    const system = readCity().systems.find((s) => s.id === report.systemId)
    expect(system?.unitId).toBe(report.unitId)
    const [run] = (report.sarif as { runs: readonly Run[] }).runs
    const read = new Set(run!.artifacts.map((a) => a.location.uri))
    expect(run!.results.length).toBeGreaterThanOrEqual(6)
    for (const r of run!.results) expect(read.has(r.locations[0]!.physicalLocation.artifactLocation.uri)).toBe(true)
  })
})

interface Run {
  readonly artifacts: readonly { readonly location: { readonly uri: string } }[]
  readonly results: readonly {
    readonly locations: readonly {
      readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } }
    }[]
  }[]
}
