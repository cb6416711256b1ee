import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAccount, platformReader } from '../../policies/index.ts'
import { NOW, openWorld, PASSWORD, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${world.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })

describe('sign-in', () => {
  it('sets a cookie that scripts and other sites cannot use, and ends with sign-out', async () => {
    const answer = await post('/auth/sign-in', { name: 'analyst', password: PASSWORD })
    const cookie = answer.headers.get('set-cookie')!
    expect(cookie).toMatch(/^suidun_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const headers = { cookie: cookie.split(';')[0]! }
    const me = await post('/graphql', { query: '{ me { name } }' }, headers)
    expect(await me.json()).toEqual({ data: { me: { name: 'analyst' } } })
    expect((await post('/auth/sign-out', '', headers)).status).toBe(403)
    const { csrf } = (await answer.json()) as { csrf: string }
    const out = await post('/auth/sign-out', '', { ...headers, 'x-suidun-csrf': csrf })
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toMatch(/Max-Age=0/)
    const after = await post('/graphql', { query: '{ me { name } }' }, headers)
    expect(await after.json()).toEqual({ data: { me: null } })
  })

  it('answers wrong names and passwords alike, in the browser’s language, and locks with an end time', async () => {
    const zh = { 'accept-language': 'zh-CN' }
    for (const name of ['officer', 'nobody']) {
      for (let i = 0; i < 5; i++) {
        const answer = await post('/auth/sign-in', { name, password: 'wrong password' }, zh)
        expect(answer.status).toBe(401)
        expect(await answer.json()).toEqual({ code: 'ACC-001', message: '账号或密码不正确。', details: {} })
      }
      const locked = await post('/auth/sign-in', { name, password: PASSWORD })
      expect(locked.status).toBe(429)
      const until = new Date(NOW + 900_000).toISOString()
      expect(await locked.json()).toMatchObject({ code: 'ACC-002', details: { until } })
    }
    expect(world.told.filter((t) => t.what === 'sign_in_refused').length).toBeGreaterThanOrEqual(12)
    expect(JSON.stringify(world.told)).not.toMatch(/wrong password|nobody/)
  })

  it('takes only small JSON objects by POST', async () => {
    expect((await post('/auth/sign-in', '{')).status).toBe(400)
    expect((await post('/auth/sign-in', '[]')).status).toBe(400)
    expect((await post('/auth/sign-in', { name: 'x' })).status).toBe(400)
    expect((await post('/auth/sign-in', { name: 'x'.repeat(20_000), password: 'x' })).status).toBe(413)
    const form = await post('/auth/sign-in', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(form.status).toBe(400)
    expect((await fetch(`${world.url}/auth/sign-in`)).status).toBe(405)
    expect((await post('/auth/other', {})).status).toBe(404)
  })
})

describe('a set-up link', () => {
  const ctx = () => ({ docs: world.docs, clock: () => NOW })
  const link = async (name: string, role: 'analyst' | 'audit_admin') =>
    (await createAccount(ctx(), platformReader('test'), { name, role, unitId: 'root' })).token

  it('gives an account its password, once, and does not sign in', async () => {
    const token = await link('zhou', 'analyst')
    const short = await post('/auth/set-up', { token, password: 'short' })
    expect([short.status, ((await short.json()) as { code: string }).code]).toEqual([400, 'ACC-006'])
    const done = await post('/auth/set-up', { token, password: PASSWORD })
    expect(done.headers.get('set-cookie')).toBeNull()
    expect(await done.json()).toEqual({ name: 'zhou' })
    expect((await post('/auth/set-up', { token, password: PASSWORD })).status).toBe(410)
    expect((await post('/auth/sign-in', { name: 'ZHOU', password: PASSWORD })).status).toBe(200)
  })

  it('of an office is refused to a browser that holds one of the three', async () => {
    const token = await link('second', 'audit_admin')
    const admin = await world.signIn('system.admin')
    const refused = await post('/auth/set-up', { token, password: PASSWORD }, { cookie: admin.cookie })
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'ACC-033' })
    expect((await post('/auth/set-up', { token, password: PASSWORD })).status).toBe(200)
  })
})

describe('GraphQL over HTTP', () => {
  const query = '{ me { name } }'

  it('answers no other origin, and no simple request of a browser', async () => {
    const analyst = await world.signIn('analyst')
    const cross = await post('/graphql', { query }, { origin: 'https://evil.example', cookie: analyst.cookie })
    expect(cross.headers.get('access-control-allow-origin')).toBeNull()
    const preflight = await fetch(`${world.url}/graphql`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example' },
    })
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull()
    const form = await post('/graphql', `query=${encodeURIComponent(query)}`, {
      'content-type': 'application/x-www-form-urlencoded',
      cookie: analyst.cookie,
    })
    expect(form.status).toBe(403)
    const get = await fetch(`${world.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { cookie: analyst.cookie },
    })
    expect(get.status).toBe(403)
    const page = await fetch(`${world.url}/graphql`, { headers: { accept: 'text/html' } })
    expect(await page.text()).not.toMatch(/<html/i)
  })

  it('refuses bodies beyond its limit', async () => {
    expect((await post('/graphql', { query, variables: { x: 'x'.repeat(300_000) } })).status).toBe(413)
  })
})
