import { writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { expect, test } from 'vitest'
import { loadSet } from '../../app/ruleLoading/loadSet.ts'
import { OWN_RULES } from '../../detection/index.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

test('a rule is shown with its file, not with where folders stand on this machine', async () => {
  const folder = tempFolder('rules')
  writeFileSync(
    join(folder, 'mine.yml'),
    'title: Mine\nid: 5a0f8f0e-1c53-4a54-9a5e-3d1c0a7d9b11\nlevel: low\nlogsource: { product: linux }\ndetection: { a: { user.name: x }, condition: a }\n',
  )
  const { rules } = await loadSet({ roots: [OWN_RULES, folder], lists: [], zone: 'UTC' })
  const sources = rules.map((r) => r.source)
  expect(sources).toContain('mine.yml')
  expect(sources.filter((s) => s.startsWith('rules/'))).toHaveLength(rules.length - 1)
  expect(sources.filter((s) => isAbsolute(s) || s.includes('..'))).toEqual([])
  expect(rules.map((r) => r.origin).filter((o) => o === 'configured')).toHaveLength(1)
  removeFolder(folder)
})

test('each rule of our own, correlations too, has its words in Chinese and samples that come out as they should', async () => {
  const { rules } = await loadSet({ roots: [OWN_RULES], lists: [], zone: 'UTC' })
  const han = /\p{Script=Han}/u
  expect(rules.filter((r) => !han.test(r.titleZh) || !han.test(r.descriptionZh)).map((r) => r.title)).toEqual([])
  expect(rules.filter((r) => new Set(r.samples.map((s) => s.matches)).size < 2).map((r) => r.title)).toEqual([])
  for (const r of rules)
    for (const s of r.samples) expect([r.title, s.name, s.matches]).toEqual([r.title, s.name, s.mustMatch])
})
