import { expect, test } from 'vitest'
import { evaluate } from '../../core/evaluate.ts'
import { ANY, type Filter } from '../../core/filter.ts'
import { mapFields } from '../../core/mapFields.ts'
import { viewOfJson } from '../../core/view.ts'

const field = Object.assign((name: string): [string, ...string[]] => [`a.${name}`, name], {
  each: (name: string): [string][] => (name === 'Data' ? [['p1'], ['p2']] : []),
  also: (name: string): string[] => (name === 'Query' ? ['stem', 'params.*'] : []),
})
const holds = (filter: Filter, event: object) => evaluate(mapFields(filter, field), viewOfJson(event))

test('a field is the first of its places that is present', () => {
  const filter: Filter = { op: 'term', field: ['F'], value: 'x', cased: false }
  expect(mapFields(filter, field)).toEqual({ ...filter, field: ['a.F', 'F'] })
  expect(holds(filter, { a: { F: 'y' }, F: 'x' })).toBe(false)
})

test('fields whose values stand apart count all of them, also where they must be absent', () => {
  const has = (value: string): Filter => ({ op: 'contains', field: ['Data'], value, cased: false })
  const both: Filter = { op: 'and', of: [has('x'), has('y')] }
  expect(holds(both, { p1: 'xx', p2: 'yy' })).toBe(true)
  expect(holds(both, { Data: 'x', p2: 'y' })).toBe(true)
  expect(holds(both, { p1: 'xx' })).toBe(false)
  expect(holds({ op: 'not', of: has('y') }, { p1: 'x', p2: 'y' })).toBe(false)
  expect(holds({ op: 'null', field: ['Data'] }, { p2: 'y' })).toBe(false)
  expect(holds({ op: 'null', field: ['Data'] }, { p3: 'y' })).toBe(true)
  expect(holds({ op: 'exists', field: ['Data'] }, { p2: null })).toBe(true)
})

test('a comparison of two fields takes each of their values', () => {
  const equal: Filter = { op: 'compare', field: ['F'], with: ['Data'], how: 'equal', cased: false }
  expect(holds(equal, { F: 'x', p1: 'a', p2: 'X' })).toBe(true)
  expect(holds(equal, { F: 'x', p1: 'a', p2: 'b' })).toBe(false)
  expect(holds({ ...equal, field: ['Data'], with: ['F'] }, { a: { F: 'x' }, p2: 'x' })).toBe(true)
})

test('values that a field is compared with are looked for elsewhere too, but not whether it is there', () => {
  const query = { field: ['Query'] as const, cased: false }
  expect(holds({ op: 'prefix', value: '/a', ...query }, { stem: '/a/b' })).toBe(true)
  expect(holds({ op: 'prefix', value: '/a', ...query }, { Query: '-', stem: '/a/b' })).toBe(true)
  expect(holds({ op: 'not', of: { op: 'contains', value: '/a', ...query } }, { stem: '/a/b' })).toBe(false)
  expect(holds({ op: 'null', field: ['Query'] }, { stem: '/a', params: { x: 1 } })).toBe(true)
  expect(holds({ op: 'exists', field: ['Query'] }, { stem: '/a', params: { x: 1 } })).toBe(false)
})

test('a text that a field must contain is looked for in all values below an object', () => {
  const query = { field: ['Query'] as const, cased: false }
  const event = { params: { list: [{ deep: ['x', 'an Admin role'] }], number: 4688 }, other: 'guest' }
  expect(holds({ op: 'contains', value: 'admin', ...query }, event)).toBe(true)
  expect(holds({ op: 'contains', value: 'admin', ...query, cased: true }, event)).toBe(false)
  expect(holds({ op: 'contains', value: '68', ...query }, event)).toBe(true)
  expect(holds({ op: 'wildcard', pattern: [ANY, 'an', ANY, 'role', ANY], ...query }, event)).toBe(true)
  expect(holds({ op: 'contains', value: 'guest', ...query }, event)).toBe(false)
  // What asks for the whole value, or for its beginning, asks for one value.
  expect(holds({ op: 'term', value: 'an Admin role', ...query }, event)).toBe(false)
  expect(holds({ op: 'wildcard', pattern: ['an', ANY, 'role', ANY], ...query }, event)).toBe(false)
})
