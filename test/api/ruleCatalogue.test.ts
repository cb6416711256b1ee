import { writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { expect, test } from 'vitest'
import { createRuleCatalogue } from '../../api/ruleCatalogue.ts'
import { loadPipelines, loadRules, OWN_PIPELINES, OWN_RULES } from '../../detection/index.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

test('a rule is shown with its file, not with where folders stand on this machine', () => {
  const folder = tempFolder('rules')
  writeFileSync(
    join(folder, 'mine.yml'),
    'title: Mine\nid: 5a0f8f0e-1c53-4a54-9a5e-3d1c0a7d9b11\nlevel: low\nlogsource: { product: linux }\ndetection: { a: { user.name: x }, condition: a }\n',
  )
  const { rules } = loadRules([OWN_RULES, folder], loadPipelines(OWN_PIPELINES).pipelines)
  const sources = createRuleCatalogue(rules)
    .all()
    .map((r) => r.source)
  expect(sources).toContain('mine.yml')
  expect(sources.filter((s) => s.startsWith('rules/'))).toHaveLength(rules.length - 1)
  expect(sources.filter((s) => isAbsolute(s) || s.includes('..'))).toEqual([])
  removeFolder(folder)
})
