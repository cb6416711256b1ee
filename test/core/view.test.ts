import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { EventView, Scalar, Value } from '../../core/event.ts'
import { nest } from '../../core/nest.ts'
import { listOf, viewOfJson, viewOfStored } from '../../core/view.ts'
import { storedEvents } from '../support/arbitraries.ts'

function entries(view: EventView): Map<string, Scalar[]> {
  const all = new Map<string, Scalar[]>()
  view.some((name, value) => {
    all.set(name, [...(all.get(name) ?? []), ...listOf(value)])
    return false
  })
  return all
}

describe('a JSON object', () => {
  test('is read by dotted names, nested, literal and mixed', () => {
    expect(viewOfJson({ a: { b: { c: 1 } } }).get('a.b.c')).toBe(1)
    expect(viewOfJson({ 'a.b.c': 1 }).get('a.b.c')).toBe(1)
    expect(viewOfJson({ 'a.b': { c: 1 } }).get('a.b.c')).toBe(1)
    expect(viewOfJson({ a: { 'b.c': 1 } }).get('a.b.c')).toBe(1)
    expect(viewOfJson({ a: 1 }).get('a.b')).toBeUndefined()
    expect(viewOfJson({ a: { b: 1 } }).get('a')).toBeUndefined()
  })
  test('gives both values where a name stands twice', () => {
    expect(viewOfJson({ a: { b: 1 }, 'a.b': 2 }).get('a.b')).toEqual(expect.arrayContaining([1, 2]))
  })
  test('gives per leaf the list of its values for a list of objects', () => {
    const view = viewOfJson({ a: [{ b: 1, c: 'x' }, { b: [2, 3] }, 'loose', { d: null }] })
    expect(view.get('a.b')).toEqual([1, 2, 3])
    expect(view.get('a.c')).toEqual(['x'])
    expect(view.get('a.d')).toEqual([null])
    expect(view.get('a')).toEqual(['loose'])
    expect(view.get('a.e')).toBeUndefined()
  })
  test('flattens lists in lists and keeps empty ones', () => {
    expect(viewOfJson({ a: [[1, [2]], [{ b: 3 }]] }).get('a')).toEqual([1, 2])
    expect(viewOfJson({ a: [[1, [2]], [{ b: 3 }]] }).get('a.b')).toEqual([3])
    expect(viewOfJson({ a: [] }).get('a')).toEqual([])
    expect(viewOfJson({ a: {} }).get('a')).toBeUndefined()
  })
  test('gives the values that are there and nothing of the prototype', () => {
    const view = viewOfJson(JSON.parse('{"__proto__": {"x": 1}, "a": {"__proto__": "y"}}'))
    expect(view.get('__proto__.x')).toBe(1)
    expect(view.get('a.__proto__')).toBe('y')
    for (const name of ['toString', 'constructor.name', 'a.hasOwnProperty', 'x']) expect(view.get(name)).toBeUndefined()
    expect([...entries(view).keys()].sort()).toEqual(['__proto__.x', 'a.__proto__'])
  })
  test('may be very deep and very wide', () => {
    const deep = JSON.parse(`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`)
    expect(viewOfJson(deep).get('a.a')).toBeUndefined()
    expect(viewOfJson(deep).some((_, value) => value === 1)).toBe(true)
    const lists = JSON.parse(`{"a":${'['.repeat(50_000)}1${']'.repeat(50_000)}}`)
    expect(viewOfJson(lists).get('a')).toEqual([1])
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`k${i}`, i]))
    expect(viewOfJson(wide).get('k9999')).toBe(9999)
    expect(entries(viewOfJson(wide)).size).toBe(10_000)
  })

  const json = fc.jsonValue({ maxDepth: 4 })
  const keys = fc.constantFrom('a', 'b', 'a.b', 'c', '')
  const objects = fc.letrec<{ node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<unknown>(1, 'x', null, true),
      fc.dictionary(keys, tie('node'), { maxKeys: 4 }),
      fc.array(tie('node'), { maxLength: 3 }),
    ),
  })).node
  test('says the same by get and by some', () => {
    fc.assert(
      fc.property(fc.oneof(objects, json), (node) => {
        const view = viewOfJson({ a: node, 'a.b': node })
        for (const [name, values] of entries(view)) {
          const got = view.get(name)
          expect(got).not.toBeUndefined()
          expect([...listOf(got!)].map(String).sort()).toEqual(values.map(String).sort())
        }
      }),
    )
  })
})

describe('a stored event', () => {
  const event = {
    ecs: { '@timestamp': '2026-11-24T06:00:00.000Z', user: { name: 'a', roles: ['r'] }, host: { ip: ['10.0.0.1'] } },
    rest: { 'user.name': ['b', null], CommandLine: 'x', user: 'loose' },
  }
  test('holds typed fields and remainder, and both values of one name', () => {
    const view = viewOfStored(event)
    expect(view.get('@timestamp')).toBe('2026-11-24T06:00:00.000Z')
    expect(view.get('user.name')).toEqual(['a', 'b', null])
    expect(view.get('host.ip')).toEqual(['10.0.0.1'])
    expect(view.get('CommandLine')).toBe('x')
    expect(view.get('user')).toBe('loose')
    expect(view.get('host')).toBeUndefined()
    expect(view.get('user.toString')).toBeUndefined()
  })
  test('is shown as one tree, with lists where values and subfields meet', () => {
    expect(JSON.parse(JSON.stringify(nest(event)))).toEqual({
      '@timestamp': '2026-11-24T06:00:00.000Z',
      user: [{ name: ['a', 'b', null], roles: ['r'] }, 'loose'],
      host: { ip: ['10.0.0.1'] },
      CommandLine: 'x',
    })
  })
  test('shown as JSON has the fields it had', () => {
    fc.assert(
      fc.property(storedEvents, (stored) => {
        const before = entries(viewOfStored(stored))
        const after = entries(viewOfJson(JSON.parse(JSON.stringify(nest(stored)))))
        const plain = (m: Map<string, Value>) => [...m].map(([k, v]) => [k, [...listOf(v)].map(String).sort()]).sort()
        expect(plain(after)).toEqual(plain(before))
      }),
    )
  })
  test('keeps a very long dotted name', () => {
    const name = 'a.'.repeat(20_000)
    const shown = nest({ ecs: {}, rest: { [name]: 'v' } })
    expect(viewOfJson(JSON.parse(JSON.stringify(shown))).some((n, v) => n === name && v === 'v')).toBe(true)
  })
})
