import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOwnAddress } from '../../console/address/isOwnAddress.ts'
import { isTimeText, rangeOf, rangeText } from '../../console/address/timeRange.ts'
import { percent, prose } from '../../console/format/number.ts'
import { diffOf } from '../../console/pages/administration/diff.ts'
import { fieldText, narrow } from '../../console/pages/events/search.ts'
import { questionOf } from '../../console/pages/protection/question.ts'
import { clauseOf, flatten } from '../../console/parts/fields.ts'
import { excerpt, mergeMarks } from '../../console/parts/marks.ts'
import { parseKql } from '../../core/kql.ts'

describe('addresses', () => {
  it.each(['now-15m', 'now-24h', 'now-7d', 'all', '2026-11-24T00:00:00.000Z..', '..2026-11-24T00:00:00Z'])(
    'take %s as a time range',
    (text) => expect(isTimeText(text)).toBe(true),
  )

  it.each(['now', 'now-', 'now-3w', 'a..b', '2026-11-24T01:00:00Z..2026-11-24T00:00:00Z', 'x..y..z'])(
    'drop %s',
    (text) => expect(isTimeText(text)).toBe(false),
  )

  it.each(['/', '/incidents', '/events?q=a%3Ab&t=now-24h', '/checklists/portal#8.1.4.3', '/set-up/city'])(
    'lead on to %s after signing in',
    (text) => expect(isOwnAddress(text)).toBe(true),
  )

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/\n\\evil.example',
    '/\r\r/evil.example',
    'evil',
    '',
  ])('do not lead on to %j', (text) => expect(isOwnAddress(text)).toBe(false))

  it('never lead to another host, as addresses are read', () => {
    const own = 'https://console.example'
    const letters = fc.constantFrom(...'/\\\t\n\r\0 .:@?#ax')
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 8 }), (rest) => {
        const text = `/${rest.join('')}`
        if (isOwnAddress(text)) expect(new URL(text, own).origin).toBe(own)
      }),
      { numRuns: 5000 },
    )
  })

  it('mean half-open ranges that end at the moment of asking', () => {
    const now = Date.parse('2026-11-24T06:00:00Z')
    expect(rangeOf('now-4h', now)).toEqual({ from: '2026-11-24T02:00:00.000Z', to: '2026-11-24T06:00:00.000Z' })
    expect(rangeOf('all', now)).toEqual({})
    const text = rangeText(now - 1000, now)
    expect(isTimeText(text)).toBe(true)
    expect(rangeOf(text, 0)).toEqual({ from: '2026-11-24T05:59:59.000Z', to: '2026-11-24T06:00:00.000Z' })
  })
})

describe('a search narrowed by + and −', () => {
  it('stays a search that can be read, whatever stands in the value', () => {
    for (const value of ['plain', 'two words', 'a "quoted" one', 'back\\slash', '(x) or *', '事件: 1']) {
      for (const query of ['', 'user.name: a or user.name: b', 'not host.name: c']) {
        for (const not of [false, true]) {
          const text = narrow(query, 'process.command_line', value, not)
          expect(parseKql(text, { now: 0 }).problems, text).toEqual([])
        }
      }
    }
  })

  it('keeps alternatives together and adds nothing twice', () => {
    const once = narrow('user.name: a or user.name: b', 'host.name', 'h', false)
    expect(once).toBe('(user.name: a or user.name: b) and host.name: "h"')
    expect(narrow(once, 'host.name', 'h', false)).toBe(once)
    expect(narrow('', 'host.name', 'h', true)).toBe('not host.name: "h"')
  })
})

describe('an event as its fields', () => {
  const ecs = {
    event: { action: 'login', category: ['authentication', 'session'], original: 'raw' },
    user: { name: 'x' },
    'custom.key': 7,
  }

  it('is flat, sorted, without the raw line', () => {
    expect(flatten(ecs)).toEqual([
      { name: 'custom.key', values: ['7'] },
      { name: 'event.action', values: ['login'] },
      { name: 'event.category', values: ['authentication', 'session'] },
      { name: 'user.name', values: ['x'] },
    ])
  })

  it('shows one field as text', () => {
    expect(fieldText(ecs, 'event.category')).toBe('authentication, session')
    expect(fieldText(ecs, 'host.name')).toBe('')
    expect(clauseOf('user.name', 'a"b')).toBe('user.name: "a\\"b"')
  })
})

describe('marks in a raw line', () => {
  it('that overlap become one that carries all their numbers', () => {
    expect(
      mergeMarks([
        { start: 5, end: 9, n: 2 },
        { start: 0, end: 6, n: 1 },
        { start: 12, end: 14, n: 3 },
        { start: 0, end: 6, n: 4 },
      ]),
    ).toEqual([
      { start: 0, end: 9, numbers: [1, 4, 2] },
      { start: 12, end: 14, numbers: [3] },
    ])
  })
})

describe('an excerpt of a long line', () => {
  it('keeps what decided, with its marks on the same words', () => {
    const text = `${'a'.repeat(400)}first${'b'.repeat(400)}second${'c'.repeat(400)}`
    const cut = excerpt(text, [
      { start: 400, end: 405, n: 1 },
      { start: 805, end: 811, n: 2 },
    ])
    expect(cut.text.length).toBeLessThan(320)
    expect(cut.marks.map((m) => cut.text.slice(m.start, m.end))).toEqual(['first', 'second'])
    expect(cut.marks.map((m) => m.n)).toEqual([1, 2])
  })

  it('leaves a short line alone and cuts one without marks at its end', () => {
    const marks = [{ start: 0, end: 1, n: 1 }]
    expect(excerpt('short', marks)).toEqual({ text: 'short', marks })
    expect(excerpt('x'.repeat(1000), []).text).toBe(`${'x'.repeat(320)} …`)
  })
})

describe('before and after', () => {
  it('show a changed field twice, an added or removed one once, with signs', () => {
    expect(diffOf({ status: 'new', version: 1, gone: 'x' }, { status: 'triage', version: 1, added: true })).toEqual([
      { sign: '+', text: 'added: true' },
      { sign: '-', text: 'gone: x' },
      { sign: '-', text: 'status: new' },
      { sign: '+', text: 'status: triage' },
      { sign: ' ', text: 'version: 1' },
    ])
    expect(diffOf(null, null)).toEqual([])
  })
})

describe('the question of a check', () => {
  it('opens as a search where it asked for events, and as nothing else', () => {
    expect(
      questionOf(
        'events | suidun.system.id: a and event.kind: event | 2026-11-23T00:00:00.000Z <= @timestamp < 2026-11-24T00:00:00.000Z',
      ),
    ).toEqual({
      q: 'suidun.system.id: a and event.kind: event',
      t: '2026-11-23T00:00:00.000Z..2026-11-24T00:00:00.000Z',
    })
    expect(questionOf('events | x: 1 | @timestamp')).toEqual({ q: 'x: 1', t: 'all' })
    expect(questionOf('findings | status: open')).toBeUndefined()
  })
})

describe('numbers', () => {
  it('are short in prose and never round up to all', () => {
    expect(prose(1284, 'zh')).toBe('1,284')
    expect(prose(126_000_000, 'zh')).toBe('1.26 亿')
    expect(prose(126_000_000, 'en')).toBe('126 M')
    expect(percent(0.9999)).toBe('99.9%')
    expect(percent(1)).toBe('100%')
    expect(percent(0.855)).toBe('85.5%')
  })
})
