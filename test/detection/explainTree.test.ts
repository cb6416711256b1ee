import { describe, expect, test } from 'vitest'
import { ALL, type Filter } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { explainCorrelation, explainRule } from '../../detection/explain/explainRule.ts'
import type { ExplainNode, Explanation } from '../../detection/explain/types.ts'
import { createPipelines, type PipelineSource, readPipeline } from '../../detection/pipeline.ts'
import { readDetection } from '../support/sigma.ts'

const pipelines = createPipelines([
  readPipeline(
    'logsources: [{ category: c, where: { event.dataset: [a, b*] } }]\nfields: { User: [user.name, actor.name] }\neach: { Data: [param1, param2] }\nvalues: { Way: { net.way: { out: up, away: up } }, Hash: { md5: "MD5={value}" } }',
    'p.yaml',
  ) as PipelineSource,
])

const compiled = (detection: string) => compileRule(readDetection(detection).rule!, pipelines)
const explain = (detection: string, event: object, original?: string): Explanation =>
  explainRule(compiled(detection), viewOfJson(event), { original })
const lines = ({ nodes }: Explanation) =>
  nodes.filter((n) => n.kind === 'item' || n.kind === 'value').map((n) => [n.text, n.holds, n.field, n.value])
const missed = ({ nodes, nearest }: Explanation) => nearest.map((id) => nodes[id]!.text)
const of = (kind: ExplainNode['kind'], { nodes }: Explanation) => nodes.filter((n) => n.kind === kind)

describe('the log source', () => {
  const rule = 's:\n  x: 1\ncondition: s'

  test('is a part of the tree, a field that the event lacks restricts nothing, and one that is another is the nearest clause', () => {
    const held = explain(rule, { x: 1 })
    expect(held).toMatchObject({ matches: true, routing: { holds: true, named: true, text: 'category: c' } })
    expect(lines(held)[0]).toEqual(["event.dataset: null, 'a', 'b*'", true, 'event.dataset', undefined])
    const other = explain(rule, { x: 1, event: { dataset: 'zzz' } })
    expect(other).toMatchObject({ matches: false, ruleMatches: false, routing: { holds: false } })
    expect(missed(other)).toEqual(["event.dataset: null, 'a', 'b*'"])
  })

  test('that no pipeline names restricts nothing and says so', () => {
    const free = explainRule({ ...compiled(rule), routing: ALL, routed: false }, viewOfJson({ x: 1 }))
    expect(free.routing).toMatchObject({ holds: true, named: false })
  })

  test('is asked of texts as they stand where a keyword has a regular expression, whatever the rest of it', () => {
    const routing: Filter = { op: 'keyword', pattern: ['adm'], cased: false, regex: { pattern: 'a', flags: '' } }
    const told = (User: string) => explainRule({ ...compiled(rule), routing }, viewOfJson({ x: 1, User })).matches
    expect([told('ADMIN'), told('AdmiNa'), told('cba')]).toEqual([false, true, false])
  })

  test('is told in words of Sigma, whatever its filter is', () => {
    const leaf = (more: object) => ({ field: ['long.path', 'Name'], ...more }) as unknown as Filter
    const routing: Filter = {
      op: 'and',
      of: [
        leaf({ op: 'exists' }),
        leaf({ op: 'in', values: ['a*', 1], cased: true }),
        leaf({ op: 'regex', pattern: '^a', flags: 'i' }),
        leaf({ op: 'range', gte: 5, lt: 7 }),
        leaf({ op: 'part', part: 'hour', gt: 18 }),
        leaf({ op: 'cidr', cidr: '10.0.0.0/8' }),
        leaf({ op: 'compare', with: ['Other'], how: 'prefix', cased: false }),
        { op: 'not', of: { op: 'keyword', pattern: ['word'], cased: false } },
        { op: 'or', of: [leaf({ op: 'contains', value: 'x', cased: false }), { op: 'null', field: ['Else'] }] },
      ],
    }
    const told = explainRule({ ...compiled(rule), routing }, viewOfJson({}))
    const source = told.nodes.findIndex((n) => n.kind === 'source')
    const condition = told.nodes.findIndex((n) => n.kind === 'condition')
    const texts = told.nodes.slice(source + 1, condition).flatMap((n) => (n.text === '' ? [n.kind] : [n.text]))
    expect(texts).toEqual([
      'Name|exists: true',
      "Name|cased: 'a\\*', 1",
      "Name|re|i: '^a'",
      'Name|gte|lt: 5, 7',
      'Name|hour|gt: 18',
      "Name|cidr: '10.0.0.0/8'",
      'Name|fieldref|startswith: Other',
      'not',
      "'word'",
      'or',
      "Name: '*x*'",
      'Else: null',
    ])
  })
})

describe('a line', () => {
  test('names the place that was used, and every place that was looked at', () => {
    const told = explain('s:\n  User: b\ncondition: s', { actor: { name: 'a' } })
    expect(lines(told).at(-1)).toEqual(["User: 'b'", false, 'actor.name', 'a'])
    expect(told.mappings).toEqual([
      { name: 'User', paths: ['user.name', 'actor.name', 'User'], used: 'actor.name', means: [] },
    ])
    expect(lines(explain('s:\n  User: b\ncondition: s', {})).at(-1)).toEqual(["User: 'b'", false, 'User', undefined])
  })

  test('sees values that stand apart', () => {
    const told = explain('s:\n  Data: b\ncondition: s', { param1: 'a', param2: 'b' })
    expect(told.matches).toBe(true)
    expect(lines(told).at(-1)).toEqual(["Data: 'b'", true, 'param2', 'b'])
  })

  test('sees values that mean what it asks for, and tells what values mean', () => {
    const detection = 's:\n  Way: up\n  Hash|contains: MD5=ab\ncondition: s'
    const told = explain(detection, { net: { way: 'OUT' }, md5: 'abcd' }, '{"net":{"way":"OUT"},"md5":"abcd"}')
    expect(told.matches).toBe(true)
    expect(lines(told).slice(-2)).toEqual([
      ["Way: 'up'", true, 'net.way', 'OUT'],
      ["Hash|contains: 'MD5=ab'", true, 'md5', 'abcd'],
    ])
    expect(told.nodes.at(-1)).toMatchObject({ start: 28, end: 32 })
    expect(told.mappings).toEqual([
      { name: 'Way', paths: ['Way', 'net.way'], used: 'net.way', means: ['net.way: out, away = up'] },
      { name: 'Hash', paths: ['Hash', 'md5'], used: 'md5', means: ['md5: {value} = MD5={value}'] },
    ])
    expect(lines(explain(detection, { net: { way: 'in' }, md5: 'xab' })).slice(-2)).toEqual([
      ["Way: 'up'", false, 'net.way', 'in'],
      ["Hash|contains: 'MD5=ab'", false, 'md5', 'xab'],
    ])
  })

  test('that names another field shows what stands there', () => {
    const told = explain('s:\n  User|fieldref: Owner\ncondition: s', { user: { name: 'a' }, Owner: 'b' })
    expect(lines(told).slice(-2)).toEqual([
      ['User|fieldref: ’Owner’'.replaceAll('’', "'"), false, 'user.name', 'a'],
      ["'Owner'", false, 'Owner', 'b'],
    ])
    expect(told.mappings.map((m) => m.name)).toEqual(['User', 'Owner'])
  })

  test('of several values in the event shows the one that decided, else some of them', () => {
    const event = { tags: ['a', 'b', 'c', 'd', 'e', 'f'] }
    expect(lines(explain('s:\n  tags: c\ncondition: s', event)).at(-1)).toEqual(["tags: 'c'", true, 'tags', 'c'])
    expect(lines(explain('s:\n  tags: z\ncondition: s', event)).at(-1)![3]).toBe('a, b, c, d, e, … (6)')
  })

  test('of many values shows those that hold and the first others, and counts the rest', () => {
    const many = Array.from({ length: 500 }, (_, i) => `v${i}`)
    const told = explain(`s:\n  x: [${many.join(', ')}]\ncondition: s`, { x: 'v321' })
    expect(of('item', told).at(-1)).toMatchObject({ text: "x: 'v321'", holds: true, more: 490 })
    expect(of('value', told).map((n) => n.text)).toEqual([...many.slice(0, 9), 'v321'].map((v) => `'${v}'`))
  })

  test('under all and neq holds as the values say', () => {
    const told = explain('a:\n  x|contains|all: [p, q]\nb:\n  x|neq: [r, s]\ncondition: a and b', { x: 'pz' })
    expect(
      of('item', told)
        .slice(-2)
        .map((n) => [n.join, n.holds]),
    ).toEqual([
      ['all', false],
      ['none', true],
    ])
    expect(missed(told)).toEqual(["x|contains|all: 'p', 'q'"])
  })

  test('tells where the value stands that failed, too', () => {
    const original = 'user=root from 10.1.2.3'
    const told = explain('s:\n  ip|cidr: 192.168.0.0/16\ncondition: s', { ip: '10.1.2.3' }, original)
    const { start, end } = of('item', told).at(-1)!
    expect(original.slice(start, end)).toBe('10.1.2.3')
  })
})

describe('the nearest clauses', () => {
  test('are the smallest set, of the first such one, through not and 1 of', () => {
    const rule = 'a:\n  x: 1\n  y: 1\nb1:\n  z: 1\nb2:\n  w: 1\nnever:\n  x: 5\ncondition: (a or 1 of b*) and not never'
    expect(missed(explain(rule, { x: 1, y: 2 }))).toEqual(['y: 1'])
    expect(missed(explain(rule, { x: 5, y: 2 }))).toEqual(['z: 1', 'x: 5'])
    expect(missed(explain(rule, { w: 1, x: 5 }))).toEqual(['x: 5'])
    expect(missed(explain(rule, { w: 1 }))).toEqual([])
  })
})

describe('a correlation', () => {
  test('counts what any of its base rules matches; the nearest of them is named', () => {
    const bases = ['s:\n  x: 1\n  y: 1\ncondition: s', 's:\n  x: 2\ncondition: s'].map(compiled)
    const told = (event: object) => explainCorrelation({ id: 'c', title: 'Many' }, bases, viewOfJson(event))
    expect(told({ x: 2 })).toMatchObject({ ruleId: 'c', title: 'Many', matches: true })
    const not = told({ x: 7 })
    expect(not.nodes[0]).toMatchObject({ kind: 'correlation', join: 'any', holds: false })
    expect(of('rule', not)).toHaveLength(2)
    expect(missed(not)).toEqual(['x: 2'])
  })
})

test('stays bounded for the largest rules and events', () => {
  const words = Array.from({ length: 3000 }, (_, i) => `word number ${i}`)
  const searches = Array.from({ length: 600 }, (_, i) => `s${i}:\n  f${i}: [a, b, c, d]`).join('\n')
  const rule = `k: [${words.join(', ')}]\n${searches}\ncondition: all of s* or k`
  const long = { message: 'x'.repeat(1_000_000), f1: 'y'.repeat(1_000_000) }
  const told = explain(rule, long, JSON.stringify(long))
  expect(told.matches).toBe(false)
  expect(told.nodes.length).toBeLessThanOrEqual(2000)
  expect(told.nodes.reduce((n, node) => n + node.more, 0)).toBeGreaterThan(0)
  expect(JSON.stringify(told).length).toBeLessThan(1_000_000)
  for (const n of told.nodes) if (n.parent !== undefined) expect(n.parent).toBeLessThan(n.id)
})

test('refuses what regular expressions would take too long for', () => {
  const rule = compiled(`s:\n  x|re: [${Array.from({ length: 100 }, (_, i) => `'a+b${i}'`).join(', ')}]\ncondition: s`)
  const view = viewOfJson({ x: 'z'.repeat(1_000) })
  expect(() => explainRule(rule, view, { budget: 99_999 })).toThrowError(expect.objectContaining({ code: 'QRY-303' }))
  expect(explainRule(rule, view, { budget: 100_000 }).matches).toBe(false)
})
