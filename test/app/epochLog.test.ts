import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EpochLog, runningRules } from '../../app/runs/epochLog.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { coverageOf } from '../../detection/index.ts'
import { openDocuments } from '../../store/index.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

const clock = () => Date.parse('2026-11-24T08:00:00.000Z')
let folder: string
let docs: DocumentStore
beforeEach(async () => {
  folder = tempFolder('epochs')
  docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
})
afterEach(async () => {
  await docs.close()
  removeFolder(folder)
})

const A = runningRules(new Map([['a', 'a1']]))
const AB = runningRules(
  new Map([
    ['a', 'a1'],
    ['b', 'b1'],
  ]),
)
const B2 = runningRules(new Map([['b', 'b2']]), ['a'])
const used = (set: { readonly name: string }, from: number, upTo = from - 1) => ({ ruleSet: set.name, from, upTo })
const open = async () => {
  const log = await EpochLog.open({ docs, clock })
  for (const set of [A, AB, B2]) log.announce(set)
  return log
}
const both = (log: EpochLog, set: typeof A, ...from: readonly [number, number]) =>
  Promise.all(from.map((f, lane) => log.report(lane, 2, used(set, f))))

test('an epoch is written when every lane uses the set, with what changed; an equal set writes none', async () => {
  const log = await open()
  await both(log, A, 1, 1)
  let told = false
  const first = log.report(0, 2, used(AB, 10)).then(() => {
    told = true
  })
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([told, log.all.length]).toEqual([false, 1])
  await log.report(1, 2, used(AB, 20))
  await first
  await both(log, AB, 11, 21)
  await both(log, B2, 30, 40)
  expect(log.all.map(({ from, rules, gone, off }) => ({ from, rules, gone, off }))).toEqual([
    { from: { 0: 1, 1: 1 }, rules: { a: 'a1' }, gone: [], off: [] },
    { from: { 0: 10, 1: 20 }, rules: { b: 'b1' }, gone: [], off: [] },
    { from: { 0: 30, 1: 40 }, rules: { b: 'b2' }, gone: ['a'], off: ['a'] },
  ])
  const again = await open()
  expect(again.all).toEqual(log.all)
  await both(again, B2, 31, 41)
  expect(again.all).toHaveLength(3)
})

test('tells of each event whether a rule saw it as it reads now, saw it otherwise, or not at all', async () => {
  const log = await open()
  await both(log, A, 1, 1)
  await both(log, AB, 10, 20)
  await both(log, B2, 30, 40)
  const seen = (rule: string, digest: string, ...at: readonly (readonly [number, number])[]) =>
    at.map(([lane, seq]) => coverageOf(log.all, rule, digest).seen(lane, seq))
  expect(seen('a', 'a1', [0, 1], [0, 29], [0, 30], [1, 39], [1, 40])).toEqual([
    'live',
    'live',
    'never',
    'live',
    'never',
  ])
  expect(seen('b', 'b2', [0, 9], [0, 10], [0, 29], [0, 30], [1, 19])).toEqual([
    'never',
    'maybe',
    'maybe',
    'live',
    'never',
  ])
  expect(seen('c', 'c1', [0, 1], [0, 100])).toEqual(['never', 'never'])
})

test('a lane that skips a set saw nothing by it; one started anew covers what it replays', async () => {
  const log = await open()
  await both(log, A, 1, 1)
  // Lane 1 hears of the second change before it has gone over to the first.
  const reports = [log.report(0, 2, used(AB, 10)), log.report(0, 2, used(B2, 15)), log.report(1, 2, used(B2, 20))]
  await Promise.all(reports)
  expect(log.all.map((e) => e.from)).toEqual([
    { 0: 1, 1: 1 },
    { 0: 10, 1: 20 },
    { 0: 15, 1: 20 },
  ])
  // After a crash it goes on from 12 with the same rules; up to 14 others may have counted.
  await log.report(0, 2, used(B2, 12, 30))
  const a = coverageOf(log.all, 'a', 'a1')
  expect([11, 12, 14, 15].map((seq) => a.seen(0, seq))).toEqual(['live', 'maybe', 'maybe', 'never'])
  expect([11, 12].map((seq) => coverageOf(log.all, 'b', 'b2').seen(0, seq))).toEqual(['maybe', 'live'])
  expect((await open()).all).toEqual(log.all)
})

test('after a crash with other rules, what was not committed may have been counted by the former', async () => {
  await both(await open(), A, 1, 1)
  const log = await open()
  await Promise.all([log.report(0, 2, used(B2, 50, 60)), log.report(1, 2, used(B2, 5))])
  const a = coverageOf(log.all, 'a', 'a1')
  expect([49, 50, 60, 61].map((seq) => a.seen(0, seq))).toEqual(['live', 'maybe', 'maybe', 'never'])
  expect([4, 5].map((seq) => a.seen(1, seq))).toEqual(['live', 'never'])
})
