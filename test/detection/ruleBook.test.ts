import { symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadSet } from '../../app/ruleLoading/loadSet.ts'
import {
  describeRule,
  loadLists,
  loadPipelines,
  OWN_LISTS,
  OWN_PIPELINES,
  OWN_RULES,
  RuleBook,
  type RuleSet,
} from '../../detection/index.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

const folder = tempFolder('book')
const FILTERED = '44444444-0000-4000-8000-000000000001'
let set: RuleSet
let book: RuleBook
beforeAll(async () => {
  writeFileSync(
    join(folder, 'several.yml'),
    `title: One of several
id: ${FILTERED}
level: low
logsource: { product: linux }
detection: { a: { user.name: x }, condition: a }
---
title: Not by the backup
id: 44444444-0000-4000-8000-000000000002
logsource: { product: linux }
filter: { rules: [${FILTERED}], a: { host.name: backup }, condition: not a }
`,
  )
  symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.yml'))
  const lists = [OWN_LISTS]
  set = await loadSet({ roots: [OWN_RULES, folder], lists, zone: '+08:00' })
  book = new RuleBook(loadPipelines(OWN_PIPELINES).pipelines, () => loadLists(lists).lists)
  book.replace(set)
})
afterAll(() => removeFolder(folder))

test('any one rule made ready on demand asks what it asks among all others, filters and sidecar included', () => {
  const rules = set.rules.filter((r) => r.kind === 'rule')
  expect(rules.length).toBeGreaterThan(40)
  for (const view of rules) {
    const alone = describeRule(book.loaded(view.id)!, { originOf: () => view.origin })
    expect([view.id, alone.digest, alone.entity, alone.titleZh, alone.filters]).toEqual([
      view.id,
      view.digest,
      view.entity,
      view.titleZh,
      view.filters,
    ])
  }
  expect(book.get(FILTERED)?.filters).toEqual(['Not by the backup'])
  expect(rules.some((r) => r.entity !== undefined)).toBe(true)
})

test('a file that cannot be read is a problem and hinders no other', () => {
  expect(set.problems.filter((p) => p.severity === 'error')).toEqual([
    expect.objectContaining({ code: 'SIG-001', file: join(folder, 'dangling.yml') }),
  ])
})

test('a folder that is not there is said in words', async () => {
  await expect(loadSet({ roots: [join(folder, 'gone')], lists: [], zone: 'UTC' })).rejects.toMatchObject({
    code: 'CFG-002',
    details: { path: join(folder, 'gone') },
  })
})
