import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { frameworkText, makeFramework } from '../../compliance/frameworks/make.ts'
import { checklistItems } from '../../compliance/index.ts'
import { describeMaterial, material } from '../support/material.ts'

const file = join(import.meta.dirname, '../../compliance/frameworks/gbt22239-2019-l3.json')

test('the general part of level 3 has the standard’s numbers of items by category', () => {
  const counts = new Map<string, number>()
  for (const { categoryZh } of checklistItems({ level: 3, cloud: false })) {
    counts.set(categoryZh, (counts.get(categoryZh) ?? 0) + 1)
  }
  expect([...counts]).toEqual([
    ['安全物理环境', 22],
    ['安全通信网络', 8],
    ['安全区域边界', 20],
    ['安全计算环境', 34],
    ['安全管理中心', 12],
    ['安全管理制度', 7],
    ['安全管理机构', 14],
    ['安全管理人员', 12],
    ['安全建设管理', 34],
    ['安全运维管理', 48],
  ])
})

test('every item says how well it is confirmed, in both languages', () => {
  for (const item of checklistItems({ level: 3, cloud: true })) {
    expect(['high', 'medium', 'low', 'memory']).toContain(item.confidence)
    for (const text of [
      item.statementZh,
      item.statementEn,
      item.controlPointZh,
      item.controlPointEn,
      item.categoryEn,
    ]) {
      expect(text).not.toBe('')
    }
  }
})

describeMaterial('the framework file', 'mlps/catalog.json', () => {
  test('is what its script makes of the material', () => {
    expect(readFileSync(file, 'utf8')).toBe(frameworkText(makeFramework(material('mlps'), 3)))
  })
})
