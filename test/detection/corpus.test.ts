import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { createMatcher } from '../../detection/match.ts'
import { describeMaterial, material } from '../support/material.ts'

/** Rules whose event does not match yet, and why. */
const KNOWN = [
  // Fields with a blank in the event (`Threat Name`), without in the rule.
  'win_defender_exploit_redsun_tiering_engine_detected_as_eicar.yml',
  // Values below `Event.UserData.*`, which no pipeline maps.
  'win_wmi_activity_nteventlogfile_cleareventlog.yml',
]

describeMaterial('the public rules', 'sigma/regression', () => {
  const { pipelines } = loadPipelines(OWN_PIPELINES)
  const folders = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance', 'rules-placeholder']
  const roots = folders.map((f) => material('sigma', f))
  const missing = loadRules(roots, pipelines).problems.filter((p) => p.code === 'SIG-023')
  const lists = new Map(missing.map((p) => [String(p.details?.name), [`a value of ${p.details?.name}`]]))
  const loaded = loadRules(roots, pipelines, lists)

  test('all load, given a list for each placeholder', () => {
    expect(loaded.problems.filter((p) => p.severity === 'error')).toEqual([])
    expect(loaded.refused).toBe(0)
    expect(loaded.rules.length).toBe(3141 + 473 + 140 + 3 + 23)
  })

  test('name each list that is missing, at its value', () => {
    expect(lists.size).toBeGreaterThan(20)
    for (const p of missing) {
      const line = readFileSync(p.file!, 'utf8').split('\n')[p.line - 1]!
      expect(line.slice(p.column - 1)).toContain(`%${p.details?.name}%`)
    }
  })

  test('match the events recorded for them, as Windows writes them', () => {
    const matcher = createMatcher(loaded.rules)
    const byId = new Map(loaded.rules.map((r, i) => [r.rule.id, i]))
    const missed: string[] = []
    let tried = 0
    for (const name of readdirSync(material('sigma/regression'))) {
      const rule = byId.get(name.replace('.json', ''))
      if (rule === undefined) continue
      tried++
      const events = objectsIn(readFileSync(material('sigma/regression', name), 'utf8'))
      if (!events.some((e) => matcher.ofJson(e).includes(rule)))
        missed.push(loaded.rules[rule]!.rule.file.split('/').at(-1)!)
    }
    expect(tried).toBeGreaterThan(70)
    expect(missed.filter((m) => !KNOWN.includes(m))).toEqual([])
  })
})

/** JSON objects that stand one after the other. */
function objectsIn(text: string): object[] {
  const objects: object[] = []
  let depth = 0
  let start = 0
  for (const m of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (m[0] === '{' && depth++ === 0) start = m.index
    else if (m[0] === '}' && --depth === 0) objects.push(JSON.parse(text.slice(start, m.index + 1)) as object)
  }
  return objects
}
