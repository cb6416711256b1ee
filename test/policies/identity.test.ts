import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { accountId } from '../../policies/accounts.ts'
import {
  authenticateKey,
  bootstrap,
  closeSession,
  createAccount,
  createGrant,
  createKey,
  platformReader,
  readSession,
  revokeKey,
  SignIn,
  setUp,
  setupComplete,
  setupLink,
} from '../../policies/index.ts'
import { openWorld, PASSWORD, type World } from './support.ts'

const platform = platformReader('test')
const HOUR = 3_600_000
let world: World

async function code(action: Promise<unknown>): Promise<string> {
  try {
    await action
    return 'no error'
  } catch (e) {
    if (e instanceof AppError) return e.code
    throw e
  }
}
const audit = async () =>
  (await world.docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'asc']], first: 1000 })).rows.map((r) => r.doc)
const actions = async () => (await audit()).map((e) => e.action)
const signIn = (service: SignIn, name: string, password: string, address = '10.0.0.1') =>
  service.signIn({ name, password, userAgent: 'test', address })

afterEach(() => world.close())

describe('first set-up', () => {
  beforeEach(async () => {
    world = await openWorld()
  })

  it('gives one link for each of the three offices, until each is held', async () => {
    const links = await bootstrap(world.ctx)
    expect(links.map((l) => l.role)).toEqual(['system_admin', 'security_admin', 'audit_admin'])
    expect(await setupComplete(world.ctx)).toBe(false)
    for (const [i, { token }] of links.entries()) {
      expect(await setUp(world.ctx, { token, password: PASSWORD, name: `admin${i}` })).toEqual({ name: `admin${i}` })
    }
    expect(await setupComplete(world.ctx)).toBe(true)
    expect(await bootstrap(world.ctx)).toEqual([])
    expect((await world.docs.verifyAudit()).broken).toBeUndefined()
    expect((await actions()).filter((a) => a === 'account.set_up')).toHaveLength(3)
  })

  it('replaces earlier links by new ones', async () => {
    const [first] = await bootstrap(world.ctx)
    const [second] = await bootstrap(world.ctx)
    expect(await setupLink(world.ctx, first!.token)).toBeUndefined()
    expect(await setupLink(world.ctx, second!.token)).toMatchObject({ role: 'system_admin' })
  })

  it('uses a link once, and not after 24 hours', async () => {
    const [one, two] = await bootstrap(world.ctx)
    await setUp(world.ctx, { token: one!.token, password: PASSWORD, name: 'wang' })
    expect(await code(setUp(world.ctx, { token: one!.token, password: PASSWORD, name: 'li' }))).toBe('ACC-005')
    world.pass(24 * HOUR)
    expect(await code(setUp(world.ctx, { token: two!.token, password: PASSWORD, name: 'li' }))).toBe('ACC-005')
    expect(await code(setUp(world.ctx, { token: 'o.audit_admin.x', password: PASSWORD, name: 'li' }))).toBe('ACC-005')
    expect(await code(setUp(world.ctx, { token: '', password: PASSWORD }))).toBe('ACC-005')
  })

  it('refuses two offices to one person, by name in any case and by browser', async () => {
    const [one, two, three] = await bootstrap(world.ctx)
    await setUp(world.ctx, { token: one!.token, password: PASSWORD, name: 'Wang.Fang' })
    expect(await code(setUp(world.ctx, { token: two!.token, password: PASSWORD, name: 'wang.FANG' }))).toBe('ACC-033')
    expect(await code(setUp(world.ctx, { token: two!.token, password: PASSWORD, name: 'ｗang.fang' }))).toBe('ACC-033')
    const browser = (await world.docs.get('account', accountId('wang.fang')))!.doc
    expect(await code(setUp(world.ctx, { token: two!.token, password: PASSWORD, name: 'li', browser }))).toBe('ACC-033')
    await setUp(world.ctx, { token: two!.token, password: PASSWORD, name: 'li' })
    const both = [1, 2].map(() => setUp(world.ctx, { token: three!.token, password: PASSWORD, name: 'zhao' }))
    const outcomes = await Promise.all(both.map(code))
    expect(outcomes.filter((o) => o === 'no error')).toHaveLength(1)
  })

  it('wants a password of at least 12 characters and a name', async () => {
    const [one] = await bootstrap(world.ctx)
    const token = one!.token
    expect(await code(setUp(world.ctx, { token, password: 'elevenchars', name: 'wang' }))).toBe('ACC-006')
    expect(await code(setUp(world.ctx, { token, password: PASSWORD }))).toBe('ACC-015')
    expect(await code(setUp(world.ctx, { token, password: PASSWORD, name: 'a b' }))).toBe('ACC-010')
    await setUp(world.ctx, { token, password: PASSWORD, name: 'wang' })
    const kept = JSON.stringify(await world.docs.get('account', accountId('wang')))
    expect(kept).toContain('$argon2id$')
    expect(kept).not.toContain(PASSWORD)
  })
})

describe('sign-in and sessions', () => {
  beforeEach(async () => {
    world = await openWorld({ offices: true })
  })

  it('keeps a session under the digest of its cookie, until it is closed or over', async () => {
    const service = new SignIn(world.ctx)
    const opened = await signIn(service, 'System.Admin', PASSWORD)
    const session = await readSession(world.ctx, opened.cookie)
    expect(session?.identity).toMatchObject({ role: 'system_admin', unitId: 'root' })
    expect(session?.csrf).toBe(opened.csrf)
    expect(await world.docs.get('session', opened.cookie)).toBeUndefined()
    await closeSession(world.ctx, session!)
    expect(await readSession(world.ctx, opened.cookie)).toBeUndefined()
    const again = await signIn(service, 'system.admin', PASSWORD)
    world.pass(12 * HOUR)
    expect(await readSession(world.ctx, again.cookie)).toBeUndefined()
    await signIn(service, 'system.admin', PASSWORD)
    expect(await world.docs.count('session', { scope: EVERYTHING })).toBe(1)
    expect(await actions()).toEqual(expect.arrayContaining(['session.opened', 'session.closed']))
  })

  it('ends the sessions of an account that is disabled, at the next request', async () => {
    const opened = await signIn(new SignIn(world.ctx), 'system.admin', PASSWORD)
    const account = (await world.docs.get('account', opened.account.id))!
    await world.docs.put('account', account.id, { ...account.doc, disabled: true }, { version: account.version })
    expect(await readSession(world.ctx, opened.cookie)).toBeUndefined()
    expect(await code(signIn(new SignIn(world.ctx), 'system.admin', PASSWORD))).toBe('ACC-001')
  })

  it('answers a wrong name like a wrong password, and locks both after five', async () => {
    const service = new SignIn(world.ctx)
    for (const name of ['system.admin', 'nobody']) {
      for (let i = 0; i < 5; i++) expect(await code(signIn(service, name, 'wrong password'))).toBe('ACC-001')
      expect(await code(signIn(service, name, PASSWORD))).toBe('ACC-002')
      world.pass(16 * 60_000)
      expect(await code(signIn(service, name, 'wrong password'))).toBe('ACC-001')
    }
    await signIn(service, 'system.admin', PASSWORD)
    expect((await world.docs.get('account', accountId('system.admin')))!.doc.failures).toBe(0)
    const entries = await audit()
    expect(entries.filter((e) => e.action === 'session.locked')).toHaveLength(1)
    expect(entries.filter((e) => e.action === 'session.refused' && e.target.id === 'unknown')).toHaveLength(6)
    expect(JSON.stringify(entries)).not.toContain('nobody')
  })

  it('says when a lock ends', async () => {
    const service = new SignIn(world.ctx)
    for (let i = 0; i < 5; i++) await code(signIn(service, 'audit.admin', 'wrong password'))
    await expect(signIn(service, 'audit.admin', PASSWORD)).rejects.toMatchObject({
      details: { until: '2026-11-24T06:15:00.000Z' },
    })
  })

  it('counts every one of several wrong passwords at once', async () => {
    const service = new SignIn(world.ctx)
    await Promise.all([1, 2, 3, 4].map(() => code(signIn(service, 'audit.admin', 'wrong password'))))
    expect((await world.docs.get('account', accountId('audit.admin')))!.doc.failures).toBe(4)
  })
})

describe('accounts, keys and grants', () => {
  beforeEach(async () => {
    world = await openWorld({ offices: true })
    await world.docs.put(
      'unit',
      'th',
      { id: 'th', name: '天河', kind: 'district', parentId: 'root', code: 'TH' },
      { version: 0 },
    )
  })

  const readerOf = async (name: string) => {
    const { identityOf } = await import('../../policies/index.ts')
    return world.policies.reader(identityOf((await world.docs.get('account', accountId(name)))!.doc))
  }

  it('lets the system administrator create accounts, and nobody hold two offices', async () => {
    const by = await readerOf('system.admin')
    const { account, token } = await createAccount(world.ctx, by, {
      name: 'shen',
      displayName: '沈禾',
      role: 'analyst',
      unitId: 'th',
    })
    expect(account.doc).toMatchObject({ displayName: '沈禾', unitId: 'th' })
    expect(await setupLink(world.ctx, token)).toEqual({ name: 'shen', displayName: '沈禾', role: 'analyst' })
    await setUp(world.ctx, { token, password: PASSWORD })
    expect(await code(createAccount(world.ctx, by, { name: 'SHEN', role: 'analyst', unitId: 'th' }))).toBe('ACC-008')
    const office = { name: 'Security.Admin', role: 'audit_admin', unitId: 'root' } as const
    expect(await code(createAccount(world.ctx, by, office))).toBe('ACC-033')
    expect(await code(createAccount(world.ctx, by, { name: 'x', role: 'analyst', unitId: 'gone' }))).toBe('ACC-004')
    expect(await code(createAccount(world.ctx, by, { name: 'x', role: 'contractor', unitId: 'th' }))).toBe('ACC-013')
    for (const other of ['security.admin', 'audit.admin', 'shen'])
      expect(
        await code(createAccount(world.ctx, await readerOf(other), { name: 'y', role: 'analyst', unitId: 'root' })),
      ).toBe('ACC-004')
  })

  it('renews the link of an account that waits for its set-up, and of none that is asked for otherwise', async () => {
    await world.docs.put('party', 'yw', { id: 'yw', name: '云维', operates: [] }, { version: 0 })
    const input = { name: 'shen', role: 'contractor', unitId: 'th', partyId: 'yw' } as const
    const first = await createAccount(world.ctx, platform, input)
    const again = await createAccount(world.ctx, platform, input)
    expect(await setupLink(world.ctx, first.token)).toBeUndefined()
    for (const other of [{ unitId: 'root' }, { role: 'analyst' }, { role: 'analyst', partyId: null }] as const)
      expect(await code(createAccount(world.ctx, platform, { ...input, ...other }))).toBe('ACC-008')
    await setUp(world.ctx, { token: again.token, password: PASSWORD })
    expect(await code(createAccount(world.ctx, platform, input))).toBe('ACC-008')
    expect((await actions()).filter((a) => a === 'account.link_renewed')).toHaveLength(1)
  })

  it('shows a key once, keeps its digest, and refuses it from the moment it is revoked', async () => {
    const { key, secret } = await createKey(world.ctx, platform, {
      name: 'shipper',
      unitId: 'th',
      scopes: ['ingest', 'read'],
    })
    expect(JSON.stringify(await world.docs.get('key', key.id))).not.toContain(secret.slice(-43))
    expect(await authenticateKey(world.ctx, secret)).toMatchObject({
      id: key.id,
      unitId: 'th',
      systemId: null,
      scopes: ['ingest', 'read'],
    })
    expect(await authenticateKey(world.ctx, `${secret.slice(0, -1)}_`)).toBeUndefined()
    expect(await authenticateKey(world.ctx, 'sdk_nonsense')).toBeUndefined()
    expect(await code(revokeKey(world.ctx, await readerOf('audit.admin'), key.id))).toBe('DOC-404')
    await revokeKey(world.ctx, await readerOf('security.admin'), key.id)
    expect(await authenticateKey(world.ctx, secret)).toBeUndefined()
    expect(await code(createKey(world.ctx, platform, { name: 'x', scopes: ['write'] }))).toBe('ACC-020')
    expect(await code(createKey(world.ctx, platform, { name: 'x', scopes: [] }))).toBe('ACC-021')
    expect(await code(createKey(world.ctx, platform, { name: 'x', scopes: ['read'], unitId: 'gone' }))).toBe('DOC-404')
  })

  it('opens important data by a grant with reason and end, for the next request until its end', async () => {
    const by = await readerOf('security.admin')
    const { token } = await createAccount(world.ctx, platform, { name: 'shen', role: 'analyst', unitId: 'root' })
    await setUp(world.ctx, { token, password: PASSWORD })
    const vip = {
      id: 'vip',
      systemId: 's',
      unitId: 'root',
      name: '人口库',
      dataClass: 'important',
      objects: ['population'],
    } as const
    await world.docs.put('dataset', 'vip', vip, { version: 0 })
    const hiding = async () => (await readerOf('shen')).scope('event').grants.filter((g) => g.hidden.length > 0)
    const until = world.clock() + HOUR
    const input = { accountId: accountId('shen'), datasetId: 'vip', reason: '核查导出', until }
    const before = JSON.stringify(await hiding())
    expect(await code(createGrant(world.ctx, await readerOf('system.admin'), input))).toBe('ACC-004')
    expect(await code(createGrant(world.ctx, by, { ...input, reason: ' ' }))).toBe('ACC-026')
    expect(await code(createGrant(world.ctx, by, { ...input, until: world.clock() }))).toBe('ACC-027')
    expect(await code(createGrant(world.ctx, by, { ...input, datasetId: 'gone' }))).toBe('DOC-404')
    await createGrant(world.ctx, by, input)
    expect(JSON.stringify(await hiding())).not.toBe(before)
    world.pass(HOUR)
    expect(JSON.stringify(await hiding())).toBe(before)
    expect((await world.docs.verifyAudit()).broken).toBeUndefined()
  })
})
