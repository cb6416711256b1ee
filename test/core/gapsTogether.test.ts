import { expect, test } from 'vitest'
import { gapsTogether } from '../../core/gapsTogether.ts'
import { RUN_LIMITS, type RuleGap } from '../../core/runs.ts'

const together = (gaps: readonly RuleGap[]) =>
  gapsTogether(gaps).map((of) => {
    const { from, to, interrupted } = of[0]!
    for (const g of of) expect(g).toMatchObject({ from, to, interrupted })
    return { from, to, interrupted, ruleIds: of.map((g) => g.ruleId) }
  })
const gap = (ruleId: string, from: number, to: number, interrupted = false) => ({ ruleId, from, to, interrupted })

test('rules that did not run at the same time, for the same reason, are one gap', () => {
  const gaps = [
    gap('a', 1, 2, true),
    gap('a', 5, 9),
    gap('b', 1, 2),
    gap('b', 5, 9),
    gap('c', 5, 8),
    gap('c', 1, 2, true),
  ]
  expect(together(gaps)).toEqual([
    { from: 1, to: 2, interrupted: true, ruleIds: ['a', 'c'] },
    { from: 5, to: 9, interrupted: false, ruleIds: ['a', 'b'] },
    { from: 1, to: 2, interrupted: false, ruleIds: ['b'] },
    { from: 5, to: 8, interrupted: false, ruleIds: ['c'] },
  ])
  expect(together([])).toEqual([])
})

test('a gap has no more rules than a run may take', () => {
  const ids = Array.from({ length: 2 * RUN_LIMITS.rules + 1 }, (_, i) => `r${i}`)
  const found = together(ids.map((id) => gap(id, 1, 2)))
  expect(found.map((g) => g.ruleIds.length)).toEqual([RUN_LIMITS.rules, RUN_LIMITS.rules, 1])
  expect(found.flatMap((g) => g.ruleIds)).toEqual(ids)
})
