import { expect, test } from 'vitest'
import type { Filter } from '../../core/filter.ts'
import { guess } from '../../detection/matcher/cover.ts'
import { Covers } from '../../detection/matcher/covers.ts'
import { Facts } from '../../detection/matcher/facts.ts'
import { Lessons } from '../../detection/matcher/lessons.ts'

const contains = (field: string, value: string): Filter => ({ op: 'contains', field: [field], value, cased: false })

test('a rule that is a candidate in vain too often is covered by what hits less often', () => {
  const facts = new Facts()
  const filter: Filter = { op: 'and', of: [contains('a', 'frequent-enough-text'), contains('b', 'rare-text')] }
  const question = { rule: 7, filter }
  const covers = new Covers(guess)
  const textOf = () => covers.of(question)?.flatMap((p) => p.probes.map((probe) => 'text' in probe && probe.text))
  expect(textOf()).toEqual(['frequent-enough-text'])

  const lessons = new Lessons([question], covers, facts)
  const see = () => facts.readJson({ a: 'a frequent-enough-text', b: 'another text' })
  while (!lessons.due) lessons.vain(7)
  lessons.begin()
  expect(lessons.trying).toBe(true)
  while (!lessons.tried) {
    see()
    lessons.try()
  }
  expect(lessons.end()).toEqual([question])
  expect(lessons.trying).toBe(false)
  covers.chooseAnew(question, lessons.cost)
  expect(textOf()).toEqual(['rare-text'])

  // Where nothing better was found, the rule is left in peace for longer.
  let before = 0
  for (; !lessons.due; before++) lessons.vain(7)
  lessons.begin()
  lessons.end()
  lessons.unchanged(7)
  for (let i = 0; i <= before; i++) lessons.vain(7)
  expect(lessons.due).toBe(false)
})
