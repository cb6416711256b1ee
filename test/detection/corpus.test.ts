import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createNormaliser } from '../../collectors/index.ts'
import { FIELDS } from '../../core/fields.ts'
import { and } from '../../core/filter.ts'
import { loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { lintRule } from '../../detection/lint.ts'
import { createMatcher } from '../../detection/match.ts'
import { compileSql } from '../../store/duckdb/compileSql.ts'
import { isExact } from '../../store/duckdb/cond.ts'
import { FieldUse } from '../../store/duckdb/fieldUse.ts'
import { Params } from '../../store/duckdb/params.ts'
import { compileDsl } from '../../store/elasticsearch/compileDsl.ts'
import { NO_ONE } from '../../store/elasticsearch/dsl.ts'
import { describeMaterial, material, objectsIn } from '../support/material.ts'
import { ORIGIN } from '../support/preparedBothWays.ts'
import {
  asFlat,
  asOldWinlogbeat,
  asSeparateAttributes,
  asVelociraptor,
  asWinlogbeat,
  type DumpedEvent,
} from '../support/windowsShapes.ts'
import { asWinlogbeatModule } from '../support/winlogbeatModules.ts'

const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })

describeMaterial('the public rules', 'sigma/regression', () => {
  const { pipelines } = loadPipelines(OWN_PIPELINES)
  const folders = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance', 'rules-placeholder']
  const roots = folders.map((f) => material('sigma', f))
  const missing = loadRules(roots, pipelines).problems.filter((p) => p.code === 'SIG-023')
  const lists = new Map(missing.map((p) => [String(p.details?.name), [`a value of ${p.details?.name}`]]))
  const loaded = loadRules(roots, pipelines, lists)
  const matcher = createMatcher(loaded.rules)
  const byId = new Map(loaded.rules.map((r, i) => [r.rule.id, i]))

  test('all load, given a list for each placeholder', () => {
    expect(loaded.problems.filter((p) => p.severity === 'error')).toEqual([])
    expect(loaded.refused).toBe(0)
    expect(loaded.rules.length).toBe(3141 + 473 + 140 + 3 + 23)
  })

  test('compile for SQL and for Elasticsearch', () => {
    const use = new FieldUse(FIELDS.map((f) => [f.name, true, false]))
    let exact = 0
    for (const { routing, filter } of loaded.rules) {
      const whole = and(routing, filter)
      if (isExact(compileSql(whole, { params: new Params(), use, odd: new Set() }))) exact++
      expect(compileDsl(whole, new Set()).may).not.toEqual(NO_ONE)
    }
    // The others ask for parts of text that only the evaluator reads as we do: they are selected widely, then put to it.
    expect(exact).toBeGreaterThan(3700)
  })

  test('that the project itself calls unsupported are refused for what Sigma 2 no longer has', () => {
    const old = loadRules([material('sigma/unsupported')], pipelines)
    expect(old.refused).toBeGreaterThan(60)
    const errors = old.problems.filter((p) => p.severity === 'error')
    const why = new Set(errors.map((p) => `${p.code} ${p.details?.what ?? p.details?.kind ?? p.details?.key ?? ''}`))
    expect([...why].sort()).toEqual([
      'SIG-003 condition',
      'SIG-003 title',
      'SIG-005 collections ("action: global")',
      'SIG-011 ',
      'SIG-020 "timeframe"',
      'SIG-020 aggregation ("|")',
    ])
  })

  test('name each list that is missing, at its value', () => {
    expect(lists.size).toBeGreaterThan(20)
    for (const p of missing) {
      const line = readFileSync(p.file!, 'utf8').split('\n')[p.line - 1]!
      expect(line.slice(p.column - 1)).toContain(`%${p.details?.name}%`)
    }
  })

  test.each([
    ['Windows writes them', (e: DumpedEvent) => e],
    ['Winlogbeat writes them', asWinlogbeat],
    ['Winlogbeat’s own modules write them', asWinlogbeatModule],
    ['Winlogbeat before 7 wrote them', asOldWinlogbeat],
    ['NXLog and Zircolite write them', asFlat],
    ['Hayabusa writes them', asSeparateAttributes],
    ['Velociraptor writes them', asVelociraptor],
  ] as const)('match the events recorded for them, as %s', (_, shape) => {
    const missed: string[] = []
    const hit = new Set<number>()
    let tried = 0
    for (const name of readdirSync(material('sigma/regression'))) {
      const rule = byId.get(name.replace('.json', ''))
      if (rule === undefined) continue
      tried++
      const events = objectsIn(readFileSync(material('sigma/regression', name), 'utf8')) as DumpedEvent[]
      for (const event of events.map(shape)) {
        const found = matcher.ofJson(event)
        // As it is once collected, the same rules hold.
        const { ecs, rest } = normalise(JSON.stringify(event), 'json', ORIGIN)
        expect(matcher.ofStored({ ecs, rest })).toEqual(found)
        expect(ecs).toMatchObject({ suidun: { time: { source: 'event' } }, host: { name: expect.any(String) } })
        if (found.includes(rule)) hit.add(rule)
      }
      if (!hit.has(rule)) missed.push(loaded.rules[rule]!.rule.file.split('/').at(-1)!)
    }
    expect(tried).toBe(87)
    expect(missed).toEqual([])
  })

  test('name each log source in some routing', () => {
    const unnamed = new Set(loaded.rules.filter((r) => !r.routed).map((r) => JSON.stringify(r.rule.logsource)))
    expect([...unnamed]).toEqual([])
    expect(new Set(loaded.rules.map((r) => JSON.stringify(r.rule.logsource))).size).toBeGreaterThan(100)
  })

  test('need fields that some source delivers, but for one that asks a file event for what Sysmon puts on processes', () => {
    const never = loaded.rules.flatMap(lintRule).filter((p) => p.code === 'SIG-044')
    expect(never.map((p) => [p.file?.split('/').at(-1), p.line, p.details?.field])).toEqual([
      ['file_event_win_wdac_policy_creation_in_codeintegrity_folder.yml', 25, 'IntegrityLevel'],
    ])
  })
})
