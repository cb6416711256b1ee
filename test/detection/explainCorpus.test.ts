import { readdirSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { expect, test } from 'vitest'
import { evaluate } from '../../core/evaluate.ts'
import { and } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { viewOfJson } from '../../core/view.ts'
import { explainRule } from '../../detection/explain/explainRule.ts'
import { loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { describeMaterial, material, objectsIn } from '../support/material.ts'

describeMaterial('explanations of the public rules', 'sigma/regression', () => {
  const recorded = readdirSync(material('sigma/regression')).filter((n) => n.endsWith('.json'))
  const roots = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance'].map((f) =>
    material('sigma', f),
  )
  const { rules } = loadRules(roots, loadPipelines(OWN_PIPELINES).pipelines)
  const byId = new Map(rules.map((r) => [r.rule.id, r]))
  const eventsOf = (name: string) => objectsIn(readFileSync(material('sigma/regression', name), 'utf8'))

  test('say of the events recorded for them what the evaluator says, and point at what was found', () => {
    let matched = 0
    let pointed = 0
    for (const name of recorded) {
      const rule = byId.get(basename(name, '.json'))
      for (const event of rule === undefined ? [] : eventsOf(name)) {
        const view = viewOfJson(event)
        const original = JSON.stringify(event)
        const told = explainRule(rule!, view, { original })
        expect([name, told.matches]).toEqual([name, evaluate(and(rule!.filter, rule!.routing), view)])
        expect(told.nearest.length > 0).toBe(!told.matches)
        if (told.matches) matched++
        for (const { start, end, value } of told.nodes) {
          if (start === undefined || value === undefined) continue
          pointed++
          const written = fold(original.slice(start, end))
          expect(fold(JSON.stringify(value))).toContain(written)
        }
      }
    }
    expect(matched).toBeGreaterThanOrEqual(87)
    expect(pointed).toBeGreaterThan(200)
  })

  test('name what other rules of the same events lacked, in few lines', () => {
    const event = eventsOf(recorded[0]!)[0]!
    const view = viewOfJson(event)
    let failed = 0
    for (const rule of rules.slice(0, 1000)) {
      const { matches, nearest, nodes } = explainRule(rule, view)
      if (matches) continue
      failed++
      expect(nearest.length).toBeGreaterThan(0)
      for (const id of nearest) expect(nodes[id]!.kind).toBe('item')
    }
    expect(failed).toBeGreaterThan(900)
  })
})
