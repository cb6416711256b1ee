import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { accountId } from '../../policies/accounts.ts'
import { createAccount, createGrant, createKey, platformReader, setUp } from '../../policies/index.ts'
import { type Client, type Json, NOW, openWorld, PASSWORD, type World } from '../api/world.ts'

const ERRORS = '__typename ... on Error { code }'
const until = new Date(NOW + 3_600_000).toISOString()
let world: World
let guard: Client
let keeper: Client

/** A district of the city with administrators of its own. */
beforeAll(async () => {
  world = await openWorld()
  const ctx = { docs: world.docs, clock: () => NOW }
  for (const role of ['security_admin', 'system_admin'] as const) {
    const input = { name: `th.${role}`, role, unitId: 'th' }
    const { token } = await createAccount(ctx, platformReader('test'), input)
    await setUp(ctx, { token, password: PASSWORD })
  }
  guard = await world.signIn('th.security_admin')
  keeper = await world.signIn('th.system_admin')
})
afterAll(() => world?.close())

describe('a district’s own administrators', () => {
  const grant = async (what: object) =>
    (
      await guard.data(
        `mutation($a: ID!, $s: ID, $d: ID, $u: DateTime!) { createGrant(accountId: $a, systemId: $s, datasetId: $d, reason: "x", until: $u) { ${ERRORS} } }`,
        { a: accountId('th.analyst'), u: until, ...what },
      )
    ).createGrant
  const analyst = async () => {
    const asked = '{ systems { id } events { totalCount } incidents { totalCount } }'
    return (await world.signIn('th.analyst')).data(asked)
  }

  it('open a neighbour’s system to nobody, and do not learn whether there is one of that name', async () => {
    const before = await analyst()
    const refused = { __typename: 'NotFound', code: 'DOC-404' }
    expect(await grant({ s: 'hz-plat' })).toEqual(refused)
    expect(await grant({ s: 'portal' })).toEqual(refused)
    expect(await grant({ s: 'no-such-system' })).toEqual(refused)
    expect(await grant({ d: 'no-such-dataset' })).toEqual(refused)
    expect(await analyst()).toEqual(before)
    expect(await grant({ d: 'population' })).toEqual({ __typename: 'GrantInfo' })
  })

  it('make no account that works for a contractor of other units', async () => {
    const make = `mutation($p: ID) { createAccount(name: "mole", displayName: "x", role: contractor, unitId: "th", partyId: $p) { ${ERRORS} } }`
    for (const p of ['other', 'yunwei', 'no-such-party'])
      expect((await keeper.data(make, { p })).createAccount).toEqual({ __typename: 'NotAllowed', code: 'ACC-004' })
  })

  it('get no link to another unit’s account that waits for its set-up', async () => {
    const ctx = { docs: world.docs, clock: () => NOW }
    const input = { name: 'hz.new', role: 'analyst', unitId: 'hz' } as const
    const { account, token } = await createAccount(ctx, platformReader('test'), input)
    const make = `mutation($u: ID!) { createAccount(name: "hz.new", displayName: "x", role: analyst, unitId: $u) { ${ERRORS} } }`
    expect((await keeper.data(make, { u: 'th' })).createAccount.code).toBe('ACC-008')
    expect((await keeper.data(make, { u: 'hz' })).createAccount.code).toBe('ACC-004')
    expect(await world.docs.get('account', account.id)).toEqual(account)
    await setUp(ctx, { token, password: PASSWORD })
  })

  it('give nobody a key to the data that they may not read', async () => {
    const make = `mutation($u: ID, $s: [String!]!) { createKey(name: "k", unitId: $u, scopes: $s) { ${ERRORS} } }`
    const offices = [keeper, guard, await world.signIn('system.admin'), await world.signIn('security.admin')]
    for (const [i, office] of offices.entries()) {
      const u = i < 2 ? 'th' : null
      for (const s of [['read'], ['ingest', 'read', 'findings']])
        expect((await office.data(make, { u, s })).createKey).toEqual({ __typename: 'NotAllowed', code: 'ACC-023' })
      expect((await office.data(make, { u, s: ['ingest', 'findings'] })).createKey.__typename).toBe('KeyCreated')
    }
  })

  it('do not learn from a key that is refused whether a neighbour has a system of that name', async () => {
    const make = `mutation($s: ID!) { createKey(name: "k", unitId: "th", systemId: $s, scopes: ["ingest"]) { ${ERRORS} } }`
    for (const s of ['hz-plat', 'portal', 'no-such-system'])
      expect((await keeper.data(make, { s })).createKey).toEqual({ __typename: 'NotFound', code: 'DOC-404' })
    expect((await keeper.data(make, { s: 'th-plat' })).createKey).toEqual({ __typename: 'KeyCreated' })
    const elsewhere = { name: 'k', unitId: 'th', systemId: 'hz-plat', scopes: ['ingest'] }
    const made = createKey({ docs: world.docs, clock: () => NOW }, platformReader('test'), elsewhere)
    await expect(made).rejects.toMatchObject({ code: 'ACC-022' })
  })

  it('make keys and accounts of their own units only', async () => {
    const key = (unit: string, system: string | null) =>
      keeper.data(
        `mutation($u: ID!, $s: ID) { createKey(name: "k", unitId: $u, systemId: $s, scopes: ["read"]) { ${ERRORS} } }`,
        { u: unit, s: system },
      )
    for (const unit of ['hz', 'root', 'no-such-unit']) expect((await key(unit, null)).createKey.code).toBe('ACC-004')
    const make = `mutation($u: ID!) { createAccount(name: "new", displayName: "x", role: analyst, unitId: $u) { ${ERRORS} } }`
    for (const u of ['hz', 'root', 'no-such-unit'])
      expect((await keeper.data(make, { u })).createAccount.code).toBe('ACC-004')
    const seen: Json = await keeper.data('{ accounts { name } keys { name } units { id } }')
    expect(JSON.stringify(seen)).not.toMatch(/hz|HZ|portal|officer/)
  })
})

describe('names of accounts', () => {
  const ctx = () => ({ docs: world.docs, clock: () => NOW })
  const code = async (name: string, displayName = 'x') => {
    try {
      await createAccount(ctx(), platformReader('test'), { name, displayName, role: 'analyst', unitId: 'root' })
      return 'made'
    } catch (e) {
      return (e as AppError).code
    }
  }

  it.each(['system.admin\u1160', 'system.admin\u3164', 'system.admin\u200d', 'system.admin\u034f', 'a\u202eb', 'a\nb'])(
    'hold nothing that cannot be seen: %j',
    async (name) => {
      expect(await code(name)).toBe('ACC-010')
      expect(await code('seen', name)).toBe('ACC-011')
    },
  )

  it.each(['SYSTEM.ADMIN', 'ｓystem.admin', ' system.admin '])(
    'are taken whatever their spelling: %j',
    async (name) => {
      expect(await code(name)).toBe('ACC-008')
    },
  )

  it('of keys neither', async () => {
    const make = createKey(ctx(), platformReader('test'), { name: 'a\u202eb', scopes: ['read'] })
    await expect(make).rejects.toBeInstanceOf(AppError)
  })
})

it('the platform’s own grants reach any unit', async () => {
  const grant = { accountId: accountId('th.analyst'), systemId: 'hz-plat', reason: 'x', until: NOW + 1000 }
  const made = await createGrant({ docs: world.docs, clock: () => NOW }, platformReader('test'), grant)
  expect(made.doc.what).toEqual({ system: 'hz-plat' })
})
