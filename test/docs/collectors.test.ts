import { load } from 'js-yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MAX_LINES } from '../../collectors/intake/bodyLines.ts'
import { MAX_BODY } from '../../collectors/intake/unpack.ts'
import { KEYS, openTestIntake, type TestIntake } from '../support/testIntake.ts'
import { constant, fences, page, quoted, table, textOf } from './pages.ts'

const text = page('collectors.md')
const prose = text.replace(/\s+/g, ' ')
const limits = new Map(table(text, 'limit', 'value').map(([name, value]) => [name!, value!]))
const number = (name: string) => Number(/[0-9][0-9,]*/.exec(limits.get(name)!)![0].replaceAll(',', ''))

test('limits are those of the listeners', () => {
  const http = 'collectors/http/openHttpListener.ts'
  const sockets = 'collectors/syslog/worker.ts'
  expect(number('body, unpacked')).toBe(MAX_BODY)
  expect(number('lines of a body')).toBe(MAX_LINES)
  expect(number('bodies under way at once')).toBe(constant('app/lane/room.ts', 'ROOM'))
  expect(number('wait under pressure')).toBe(constant('collectors/http/takeIn.ts', 'PATIENCE'))
  expect(number('connections')).toBe(constant(http, 'MAX_CONNECTIONS'))
  expect(limits.get('headers')).toBe(
    `${constant(http, 'headersTimeout') / 1_000} s to arrive, ${constant(http, 'maxHeaderSize') >> 10} KiB`,
  )
  expect(limits.get('whole request')).toBe(`${constant(http, 'requestTimeout') / 1_000} s`)
  expect(number('syslog message')).toBe(constant('collectors/syslog/framing.ts', 'MAX_MESSAGE'))
  expect(number('syslog TCP connections')).toBe(constant(sockets, 'MAX_CONNECTIONS'))
  expect(constant(sockets, 'IDLE')).toBe(3_600_000)
  expect(constant(sockets, 'DROP_AT')).toBe(64 << 20)
  expect(textOf('store/spool/openLane.ts')).toContain('options.window ?? 1_000_000')
  expect(prose).toContain(`More than ${constant('collectors/normalise/about.ts', 'AHEAD') / 60_000} minutes ahead`)
  expect(prose).toContain(`or ${constant('collectors/normalise/about.ts', 'BEHIND') / 86_400_000} days old`)
  expect(prose).toContain(`deeper than ${constant('collectors/normalise/shape.ts', 'DEEPEST')} levels`)
})

test('configurations in YAML are YAML, and the mapping is one as the program reads it', () => {
  for (const block of fences(page('shippers.md'), 'yaml')) expect(load(block)).toBeTypeOf('object')
  expect(load(fences(text, 'yaml')[0]!)).toMatchObject({ apps: ['sshd'], patterns: [{ text: expect.any(String) }] })
  expect(textOf('collectors/mappings/sshd.yaml')).toContain('Failed {ssh.method} for {user.name*} from {@source}')
})

describe('a listener', () => {
  let t: TestIntake
  const key = Object.entries(KEYS).find(([, k]) => k.scopes.includes('findings'))![0]
  const ask = (method: string, path: string, authorization: string, body?: string) =>
    fetch(`${t.url}${path}`, { method, headers: { authorization }, ...(body === undefined ? {} : { body }) })

  beforeAll(async () => {
    t = await openTestIntake()
  })
  afterAll(() => t.close())

  test('answers every address that the page names', async () => {
    for (const [entrance] of table(text, 'entrance', 'for').filter(([e]) => e!.startsWith('`'))) {
      const [method, path] = quoted(entrance!)[0]!.split(' ') as [string, string]
      expect((await ask(method, `${path}?target=x`, `Bearer ${key}`, '')).status, entrance).toBe(200)
    }
    const asked = quoted(/What shippers ask first is answered: ([^;]+);/.exec(prose)![1]!)
    expect(asked.length).toBeGreaterThan(4)
    for (const path of asked) expect((await ask('GET', path, `Bearer ${key}`)).status, path).toBe(200)
    expect((await ask('PUT', '/logs/_bulk', `Bearer ${key}`, '')).status).toBe(200)
    expect((await ask('GET', '/nowhere', `Bearer ${key}`)).status).toBe(404)
  })

  test('takes a key in every form that the page names, and in no other', async () => {
    const forms = quoted(/It is taken as (.+?), the scheme in any case/.exec(prose)![1]!)
    expect(forms).toHaveLength(5)
    for (const form of forms) {
      const header = form
        .replace('Authorization: ', '')
        .replace(/base64\((.+)\)/, (_, inner: string) =>
          Buffer.from(inner.replace('NAME', 'anything').replace('KEY', key)).toString('base64'),
        )
        .replace('KEY', key)
      for (const h of [header, header.replace(/^\w+/, (s) => s.toUpperCase())])
        expect((await ask('GET', '/', h)).status, form).toBe(200)
    }
    expect((await ask('GET', '/', `Token ${key}`)).status).toBe(401)
  })

  test('refuses what the page says it refuses', async () => {
    const bulk = (body: string) => ask('POST', '/_bulk', `Bearer ${key}`, body)
    expect((await bulk('{"delete":{"_id":"a"}}\n')).status).toBe(400)
    expect((await bulk('{"update":{"_id":"a"}}\n{"doc":{}}\n')).status).toBe(400)
    const refused = await ask('POST', '/ingest', `Bearer ${key}`, '{}\n'.repeat(MAX_LINES + 1))
    expect(await refused.json()).toMatchObject({
      code: 'COL-400',
      place: expect.any(String),
      message: expect.any(String),
    })
  })

  test('tells repeats as the page says', async () => {
    const item = async (action: 'create' | 'index', line: string) => {
      const body = `{"${action}":{"_id":"once by ${action}"}}\n${line}\n`
      const response = await ask('POST', '/logs/_bulk', `Bearer ${key}`, body)
      const { items } = (await response.json()) as { items: Record<string, { status: number }>[] }
      return items[0]![action]!.status
    }
    expect(await item('create', '{"message":"a"}')).toBe(201)
    expect(await item('create', '{"message":"a"}')).toBe(200)
    expect(await item('create', '{"message":"b"}')).toBe(200)
    expect(await item('index', '{"message":"a"}')).toBe(201)
    expect(await item('index', '{"message":"a"}')).toBe(200)
    expect(await item('index', '{"message":"b"}')).toBe(201)
  })
})
