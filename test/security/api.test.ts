import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { accountId } from '../../policies/accounts.ts'
import { type Client, openWorld, type World } from '../api/world.ts'
import { until } from '../support/server.ts'

let world: World
let analyst: Client
beforeAll(async () => {
  world = await openWorld()
  analyst = await world.signIn('analyst')
})
afterAll(() => world?.close())

describe('a failure of the store', () => {
  it('tells a caller nothing of files or statements, and the operators all of it', async () => {
    const { list } = world.docs
    const problem = '/srv/suidun/data/documents.sqlite: no such column'
    world.docs.list = () => Promise.reject(new AppError('STO-500', { problem }))
    try {
      const answer = await analyst.ask('{ incidents { totalCount } }')
      expect(JSON.stringify(answer)).not.toMatch(/sqlite|column/)
      expect(answer.errors?.[0]?.extensions.code).toBe('STO-500')
    } finally {
      world.docs.list = list
    }
    expect(JSON.stringify(world.told)).toContain('no such column')
  })

  it.each(['-9999999999999999', '9999999999999999', '8640000000000001'])(
    'does not come of a cursor that somebody made up: %s',
    async (time) => {
      const after = Buffer.from(`1:${time}:x`).toString('base64url')
      const answer = await analyst.ask('query($a: String) { events(after: $a) { edges { cursor } } }', {
        after,
        a: after,
      })
      expect(answer.errors?.[0]?.extensions.code).toBe('QRY-304')
    },
  )

  it.each(['-8640000000000000', '8640000000000000'])('nor of the last times there are: %s', async (time) => {
    const after = Buffer.from(`1:${time}:x`).toString('base64url')
    const { events } = await analyst.data('query($a: String) { events(first: 1, after: $a) { edges { cursor } } }', {
      a: after,
    })
    expect(events.edges).toHaveLength(time.startsWith('-') ? 0 : 1)
  })
})

it('what recognises a finding cannot be searched for', async () => {
  const count = async (q: string) =>
    (await analyst.data('query($q: String) { findings(query: $q) { totalCount } }', { q })).findings.totalCount
  expect(await count('ruleId: B101')).toBe(4)
  for (const q of ['identity.what: what*', 'identity.key: key*', 'identity: *', 'key-THPLAT', '"what-THPLAT"'])
    expect([q, await count(q)]).toEqual([q, 0])
})

it('who may assign nothing does not learn which accounts there are', async () => {
  const user = await world.signIn('th.user')
  const { incidents } = await user.data('{ incidents { edges { node { number version } } } }')
  const assign = `mutation($n: String!, $v: Int!, $a: ID) { assignIncident(number: $n, accountId: $a, version: $v) { ... on Error { code } } }`
  const { number: n, version: v } = incidents.edges[0].node
  for (const name of ['th.analyst', 'hz.analyst', 'officer', 'nobody']) {
    const { assignIncident } = await user.data(assign, { n, v, a: accountId(name) })
    expect([name, assignIncident.code]).toEqual([name, 'ACC-004'])
  }
})

it('a reader listens so many times at once and no more, others beside him', async () => {
  const subscribe = async (client: Client) => {
    const abort = new AbortController()
    const answer = await fetch(`${world.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', cookie: client.cookie },
      body: JSON.stringify({ query: 'subscription { incidentChanged { kind } }' }),
      signal: abort.signal,
    })
    return { answer, stop: () => abort.abort() }
  }
  const open: Awaited<ReturnType<typeof subscribe>>[] = []
  for (let i = 1; i <= 20; i++) {
    open.push(await subscribe(analyst))
    await until(`subscription ${i}`, () => world.api.hub.listening === i)
  }
  const refused = await subscribe(analyst)
  expect(await refused.answer.text()).toContain('QRY-303')
  open.push(await subscribe(await world.signIn('th.user')))
  await until('the other reader', () => world.api.hub.listening === 21)
  for (const { stop } of open) stop()
  await until('nobody to listen', () => world.api.hub.listening === 0)
})

describe('searches that take long', () => {
  const many = (count: number) =>
    `{ ${Array.from({ length: count }, (_, i) => `a${i}: events(first: 1) { edges { cursor } }`).join(' ')} }`

  it('of one reader wait for each other, and let another’s pass by', async () => {
    const officer = await world.signIn('officer')
    const { ask } = world.events
    const going: (() => void)[] = []
    world.events.ask = (async (...question: Parameters<typeof ask>) => {
      if (question[1].time.from === undefined) await new Promise<void>((go) => going.push(go))
      return ask.apply(world.events, question)
    }) as typeof ask
    try {
      const slow = analyst.ask(many(10))
      await until('the first of them to be under way', () => going.length === 3)
      const { events } = await officer.data('{ events(from: "2026-01-01T00:00:00Z", first: 1) { edges { cursor } } }')
      expect(events.edges).toHaveLength(1)
      expect(going).toHaveLength(3)
      world.events.ask = ask
      for (const go of going) go()
      expect(Object.keys((await slow).data)).toHaveLength(10)
    } finally {
      world.events.ask = ask
    }
  })

  it('are not begun any more once their request has used up its time', async () => {
    const { ask } = world.events
    let asked = 0
    world.events.ask = ((...question: Parameters<typeof ask>) => {
      asked++
      world.pass(20_000)
      return ask.apply(world.events, question)
    }) as typeof ask
    try {
      const answer = await analyst.ask(many(10))
      expect(answer.errors?.[0]?.extensions.code).toBe('QRY-301')
      expect(asked).toBeLessThan(5)
    } finally {
      world.events.ask = ask
    }
  })
})
