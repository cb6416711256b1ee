import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Draft, Framing } from '../../collectors/contract.ts'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import type { Scalar, Value } from '../../core/event.ts'
import { FIELDS, fieldOf } from '../../core/fields.ts'
import { listOf, viewOfJson, viewOfStored } from '../../core/view.ts'
import { ORIGIN } from '../support/preparedBothWays.ts'

const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })
const json = (object: unknown) =>
  normalise(typeof object === 'string' ? object : JSON.stringify(object), 'json', ORIGIN)
const get = (d: Draft, name: string) => viewOfStored({ ecs: d.ecs, rest: d.rest }).get(name)
const written = (d: Draft) => JSON.stringify({ ...d.ecs, rest: d.rest })
const suidun = (d: Draft) => d.ecs.suidun as { misfit?: string[]; time: { source: string; tolerated: boolean } }

describe('JSON into an event', () => {
  it('nested and dotted keys are the same field, typed by the catalogue', () => {
    const a = json({ host: { os: { name: 'Debian' } }, source: { ip: '10.0.0.1', port: '443' } })
    const b = json({ 'host.os.name': 'Debian', 'source.ip': '10.0.0.1', 'source.port': 443 })
    expect(a.ecs.host).toEqual({ os: { name: 'Debian' } })
    expect(b.ecs.host).toEqual(a.ecs.host)
    expect(b.ecs.source).toEqual({ ip: '10.0.0.1', port: 443 })
    expect(a.ecs.source).toEqual(b.ecs.source)
    expect(json({ 'host.os': { name: 'x' } }).ecs.host).toEqual({ os: { name: 'x' } })
    expect(json({ host: { 'os.name': 'x' } }).ecs.host).toEqual({ os: { name: 'x' } })
  })

  it('what does not fit its typed field stands in the remainder under the same name and is named', () => {
    const d = json({
      source: { port: 'many', ip: 'not an address' },
      user: { name: { first: 'Li' } },
      http: { response: { status_code: 200.5 } },
    })
    expect(d.rest).toEqual({
      'source.port': 'many',
      'source.ip': 'not an address',
      'user.name.first': 'Li',
      'http.response.status_code': 200.5,
    })
    expect([...suidun(d).misfit!].sort()).toEqual([
      'http.response.status_code',
      'source.ip',
      'source.port',
      'user.name',
    ])
  })

  it('numeric text becomes a number only if nothing is lost', () => {
    expect(json({ source: { port: '0443' } }).rest).toEqual({ 'source.port': '0443' })
    expect(json({ source: { port: ' 443' } }).rest).toEqual({ 'source.port': ' 443' })
    expect(json({ event: { code: 4688 } }).ecs.event).toMatchObject({ code: '4688' })
  })

  it('a multi-valued field is always a list, a single-valued one never', () => {
    expect(json({ tags: 'a' }).ecs.tags).toEqual(['a'])
    expect(json({ tags: ['a', 'b'] }).ecs.tags).toEqual(['a', 'b'])
    expect(json({ user: { name: ['a'] } }).ecs.user).toEqual({ name: 'a' })
    const two = json({ user: { name: ['a', 'b'] } })
    expect(two.ecs.user).toBeUndefined()
    expect(two.rest['user.name']).toEqual(['a', 'b'])
    expect(json({ host: { ip: ['10.0.0.1', 'x'] } }).rest['host.ip']).toEqual(['10.0.0.1', 'x'])
  })

  it('two spellings of one field keep both values', () => {
    const d = json('{"user":{"name":"a"},"user.name":"b","tags":["x"],"a":{"b":1},"a.b":2}')
    expect(get(d, 'user.name')).toEqual(['a', 'b'])
    expect(get(d, 'a.b')).toEqual([1, 2])
  })

  it('null and the empty list are kept, lists of objects become lists of values', () => {
    const d = json({ a: null, b: [], user: { name: null }, tags: [], x: [{ y: 1 }, { y: 2, z: null }, [3]] })
    expect(d.rest).toEqual({ a: null, b: [], 'user.name': null, tags: [], 'x.y': [1, 2], 'x.z': [null], x: [3] })
  })

  it("the platform's own fields cannot be set by a payload", () => {
    const d = json(
      '{"suidun":{"unit":{"id":"other"},"seq":7},"suidun.system.id":"s","event":{"id":"mine","ingested":"2020-01-01T00:00:00Z","original":"raw"},"event.id":"mine2"}',
    )
    expect(get(d, 'suidun.unit.id')).toBe('root')
    expect(get(d, 'suidun.system.id')).toBeUndefined()
    expect(get(d, 'suidun.seq')).toBeUndefined()
    expect(get(d, 'event.id')).toBeUndefined()
    expect(d.rest['payload.suidun.unit.id']).toBe('other')
    expect(d.rest['payload.suidun.system.id']).toBe('s')
    expect(d.rest['payload.event.id']).toEqual(['mine', 'mine2'])
    expect(get(d, 'event.ingested')).toBe('2026-11-24T06:00:00.000Z')
    // A raw line of the payload hides together with ours.
    expect(d.rest['payload.event.original']).toBe('raw')
  })

  it('integers beyond 2^53 keep every digit', () => {
    const d = json(
      '{"Keywords": -9223372036854775808,"n":{"big":18446744073709551615,"f":1e400},"event":{"duration":99999999999999999999},"list":[12345678901234567890]}',
    )
    expect(d.rest).toMatchObject({
      Keywords: '-9223372036854775808',
      'n.big': '18446744073709551615',
      'n.f': '1e400',
      'event.duration': '99999999999999999999',
      list: ['12345678901234567890'],
    })
    const short = json('{"Keywords":-9223372036854775808,"x":"\\"Keywords\\":1"}')
    expect(short.rest.Keywords).toBe('-9223372036854775808')
  })

  it('halves of surrogate pairs and NUL do not spoil the line for its readers', () => {
    const line = '{"a":"x\\ud800y","k\\udc00":"\\u0000","user":{"name":"\\udfff"},"t":["\\ud83d\\ude00","\\ud83d"]}'
    const d = json(line)
    expect(d.rest).toEqual({ a: 'x\ufffdy', 'k\ufffd': '\u0000', t: ['😀', '\ufffd'] })
    expect(d.ecs.user).toEqual({ name: '\ufffd' })
    expect(written(d)).not.toMatch(/(?<!\\)\\ud[89a-f]/i)
    expect(get(d, 'event.original')).toBe(line)
  })

  it('`__proto__`, ten thousand keys, a megabyte and a deep nest are all kept', () => {
    const proto = json('{"__proto__":{"x":1},"constructor":"c","toString":null}')
    expect(Object.entries(proto.rest)).toEqual([
      ['__proto__.x', 1],
      ['constructor', 'c'],
      ['toString', null],
    ])
    expect(Object.entries(json('{"__proto__":5}').rest)).toEqual([['__proto__', 5]])
    const many = json(Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`key${i}`, i])))
    expect(Object.keys(many.rest)).toHaveLength(10_000)
    expect((json({ big: 'x'.repeat(1 << 20) }).rest.big as string).length).toBe(1 << 20)
    const deep = json(`${'{"a":'.repeat(60)}7${'}'.repeat(60)}`)
    const [name, value] = Object.entries(deep.rest)[0]!
    expect(name.split('.').length).toBeLessThan(30)
    expect(value).toMatch(/^(\{"a":)+7\}+$/)
    const absurd = json(`${'[{"a":'.repeat(100_000)}7${'}]'.repeat(100_000)}`)
    expect(get(absurd, 'event.original')).toHaveLength(800_001)
    const absurdKey = json(`{"x":${'{"a":'.repeat(100_000)}7${'}'.repeat(100_001)}`)
    expect(absurdKey.error).toBe('nested too deep')
    expect(get(absurdKey, 'event.kind')).toBe('pipeline_error')
  })

  it('long names do not multiply a line', () => {
    const long = 'k'.repeat(900)
    const line = JSON.stringify({
      [long]: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [String(i), i])),
    })
    expect(written(json(line)).length).toBeLessThan(line.length * 8)
    const list = JSON.stringify({ [long]: Array.from({ length: 20_000 }, (_, i) => ({ [`f${i}`]: i })) })
    expect(written(json(list)).length).toBeLessThan(list.length * 8)
    const d = json({ ['k'.repeat(5_000)]: 5 })
    expect(Object.values(d.rest)).toEqual([`{"${'k'.repeat(5_000)}":5}`])
  })

  it('what is no JSON object is a pipeline_error with its reason and its raw line', () => {
    for (const [line, reason] of [
      ['{"a":1', 'not valid JSON'],
      ['{"a":1} x', 'not valid JSON at character 9'],
      ['[1,2]', 'not a JSON object'],
      ['17', 'not a JSON object'],
      ['hello', 'not a JSON object'],
      ['   ', 'empty line'],
    ] as const) {
      const d = json(line)
      expect(d.error).toContain(reason)
      expect(get(d, 'event.kind')).toBe('pipeline_error')
      expect(get(d, 'error.message')).toContain(reason)
      expect(get(d, 'event.original')).toBe(line)
      expect(d.timestamp).toBe(ORIGIN.receivedAt)
    }
    expect(json('\ufeff{"a":1}').rest).toEqual({ a: 1 })
  })

  it.each([
    ['2026-11-24T05:45:56.123456789Z', '2026-11-24T05:45:56.123Z', 'event true'],
    ['2026-11-24T13:45:56+08:00', '2026-11-24T05:45:56.000Z', 'event true'],
    ['2026-11-24T13:45:56,5+0800', '2026-11-24T05:45:56.500Z', 'event true'],
    ['2026-11-24 05:45:56', '2026-11-24T05:45:56.000Z', 'event true'],
    [1795499156, '2026-11-24T05:45:56.000Z', 'event true'],
    [1795499156123, '2026-11-24T05:45:56.123Z', 'event true'],
    ['1795499156.250', '2026-11-24T05:45:56.250Z', 'event true'],
    ['2026-11-24T06:06:00Z', '2026-11-24T06:06:00.000Z', 'event false'],
    ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00.000Z', 'event false'],
    ['2026-02-30T00:00:00Z', '2026-11-24T06:00:00.000Z', 'received true'],
    ['yesterday', '2026-11-24T06:00:00.000Z', 'received true'],
    [null, '2026-11-24T06:00:00.000Z', 'received true'],
    [1e300, '2026-11-24T06:00:00.000Z', 'received true'],
    [{ a: 1 }, '2026-11-24T06:00:00.000Z', 'received true'],
  ])('a time of %j is %s (%s)', (time, expected, how) => {
    const d = json({ '@timestamp': time })
    const { source, tolerated } = suidun(d).time
    expect([d.ecs['@timestamp'], `${source} ${tolerated}`]).toEqual([expected, how])
    expect(d.timestamp).toBe(Date.parse(expected))
    if (source === 'received' && typeof time !== 'object')
      expect(d.rest['@timestamp']).toEqual(time === 1e300 ? 1e300 : time)
  })
})

const valuesOf = (v: Value | undefined) => (v === undefined ? [] : listOf(v))

describe('times under other names', () => {
  it.each([
    [{ timestamp: '2026-11-24T05:45:56Z' }, 'event'],
    [{ ts: 1795499156.5 }, 'event'],
    [{ EventTime: '2026-11-24 05:45:56' }, 'event'],
    // A duration, and a date whose time stands elsewhere.
    [{ time: 0.35 }, 'received'],
    [{ time: '05:45:56', date: '2026-11-24' }, 'received'],
  ])('%j is the time of the %s', (payload, source) => {
    expect(suidun(json(payload)).time.source).toBe(source)
  })
})

/** Text that a store may never see: what it holds instead is U+FFFD, and the raw line keeps the rest. */
const clean = (v: Scalar) => (typeof v === 'string' ? v.toWellFormed() : v)

describe('random JSON', () => {
  const name = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...FIELDS.map((f) => f.name)) },
    { weight: 2, arbitrary: fc.constantFrom(...new Set(FIELDS.flatMap((f) => f.name.split('.')))) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        '__proto__',
        'constructor',
        '',
        '.',
        'a.b',
        'x',
        'rest',
        'time',
        'app',
        'action',
        '数据',
      ),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  )
  const scalar = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.string({ unit: 'binary', maxLength: 4 }),
    fc.constantFrom(
      '10.0.0.1',
      '::FFFF:1.2.3.4',
      'fe80::1',
      '443',
      '-1',
      'true',
      '2026-11-24T05:45:56Z',
      '9'.repeat(20),
      '\ud800',
    ),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
  )
  const { tree } = fc.letrec<{ tree: unknown; node: unknown }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      scalar,
      fc.array(tie('node'), { maxLength: 4 }),
      fc.dictionary(name, tie('node'), { maxKeys: 4, noNullPrototype: true }),
    ),
    tree: fc.dictionary(name, tie('node'), { maxKeys: 8, noNullPrototype: true }),
  }))
  const line = tree.map((t) => JSON.stringify(t))

  it('never loses a value, always fits the catalogue, and can always be written and read', () => {
    fc.assert(
      fc.property(line, (text) => {
        const draft = json(text)
        expect(draft.error).toBeUndefined()
        fits(draft)
        const stored = viewOfStored({ ecs: draft.ecs, rest: draft.rest })
        viewOfJson(JSON.parse(text) as object).some((name, value) => {
          const found = ['', 'payload.'].flatMap((p) => valuesOf(stored.get(p + name.toWellFormed())))
          for (const v of listOf(value))
            expect([name, found.some((f) => same(name, f, clean(v), text))]).toEqual([name, true])
          return false
        })
        expect(stored.get('event.original')).toSatisfy((v: Value) => listOf(v)[0] === text)
        const { rest, ...ecs } = JSON.parse(written(draft)) as Record<string, unknown>
        // Negative zero is the one number that JSON.stringify prints as another.
        expect(JSON.stringify(ecs)).toBe(JSON.stringify(draft.ecs))
        expect(JSON.stringify(rest)).toBe(JSON.stringify(draft.rest))
      }),
      { numRuns: 1_500 },
    )
  })

  it('never throws on any line, whatever its framing', () => {
    const any = fc.oneof(
      line,
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('<13>', '<13>1 ', '<0>Nov 24 ', '{', '<191>1 - - - - - [', 'a [24/Nov/2026:05:45:56 +0000] "'),
    )
    fc.assert(
      fc.property(any, any, fc.constantFrom<Framing>('json', 'syslog'), (a, b, framing) => {
        const draft = normalise(a + b, framing, ORIGIN)
        fits(draft)
        expect(listOf(get(draft, 'event.original')!)[0]).toBe((a + b).toWellFormed())
        JSON.parse(written(draft))
      }),
      { numRuns: 1_500 },
    )
  })

  /** Values may change their type (not their text), dates their zone, addresses their spelling: the meaning stands. */
  function same(name: string, found: Scalar, value: Scalar, text: string): boolean {
    if (Object.is(found, value) || String(found) === String(value)) return true
    if (typeof value === 'string' && value.includes(':') && /::ffff:1\.2\.3\.4/i.test(value)) return found === '1.2.3.4'
    if (fieldOf(name)?.type === 'date') return typeof found === 'string' && !Number.isNaN(Date.parse(found))
    // Digits kept as text, or the JSON text of something deep.
    return typeof found === 'string' && (/^-?[0-9.eE+-]{16,}$/.test(found) ? text.includes(found) : /^[{[]/.test(found))
  }

  /** Every leaf of `ecs` is a field of the catalogue and exactly of its type; what is misfit is named. */
  function fits(draft: Draft): void {
    const misfits = new Set((draft.ecs.suidun as { misfit?: string[] }).misfit ?? [])
    for (const name of Object.keys(draft.rest)) {
      expect(name.isWellFormed()).toBe(true)
      expect(name === 'suidun' || name.startsWith('suidun.')).toBe(false)
      if (fieldOf(name) !== undefined) expect(misfits).toContain(name)
      for (const v of listOf(draft.rest[name]!)) expect(typeof v !== 'object' || v === null).toBe(true)
    }
    const walk = (node: object, prefix: string): void => {
      for (const [key, value] of Object.entries(node) as [string, Value | object][]) {
        const name = prefix + key
        const field = fieldOf(name)
        if (field === undefined) {
          expect([name, typeof value === 'object' && value !== null && !Array.isArray(value)]).toEqual([name, true])
          expect(Object.keys(value as object)).not.toHaveLength(0)
          walk(value as object, `${name}.`)
          continue
        }
        expect([name, Array.isArray(value)]).toEqual([name, field.multi])
        const values = listOf(value as Value)
        expect(values.length).toBeGreaterThan(0)
        for (const v of values) expect([name, v, exact(field.type, v)]).toEqual([name, v, true])
      }
    }
    walk(draft.ecs, '')
  }

  function exact(type: string, v: Scalar): boolean {
    if (type === 'keyword') return typeof v === 'string' && v.isWellFormed()
    if (type === 'long') return Number.isSafeInteger(v)
    if (type === 'double') return typeof v === 'number' && Number.isFinite(v)
    if (type === 'boolean') return typeof v === 'boolean'
    if (type === 'ip') return typeof v === 'string' && /^[0-9a-f.:]+$/.test(v)
    return typeof v === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(v) && !Number.isNaN(Date.parse(v))
  }
})
