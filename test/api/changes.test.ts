import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { accountId } from '../../policies/accounts.ts'
import { type Client, type Json, openWorld, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

const ERRORS = `... on Error { __typename code message } ... on Invalid { problems { line column code message } }`
const incidentOf = async (client: Client, unit: string) => {
  const { incidents } = await client.data(
    '{ incidents(first: 100) { edges { node { id number version unit { id } } } } }',
  )
  return incidents.edges.map((e: Json) => e.node).find((n: Json) => n.unit.id === unit)
}
const lastAudit = async () => {
  const page = await world.docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'desc']], first: 1 })
  return page.rows[0]!.doc
}

describe('an incident', () => {
  const TRANSITION = `mutation($number: String!, $to: IncidentStatus!, $reason: String, $version: Int!) {
    transitionIncident(number: $number, to: $to, reason: $reason, version: $version) {
      ${ERRORS} ... on Incident { status version statusReason allowedTransitions timeline { type by from to reason } } } }`
  const ASSIGN = `mutation($number: String!, $accountId: ID, $version: Int!) {
    assignIncident(number: $number, accountId: $accountId, version: $version) {
      ${ERRORS} ... on Incident { version assignee { id name displayName } } } }`

  it('is taken through its statuses, each change audited with it', async () => {
    const analyst = await world.signIn('analyst')
    const { number, version } = await incidentOf(analyst, 'th')
    const { people } = await analyst.data('{ people { id name } }')
    expect(people.map((p: Json) => p.name).sort()).toEqual(['analyst', 'hz.analyst', 'th.analyst'])
    const him = accountId('th.analyst')
    const assigned = (await analyst.data(ASSIGN, { number, accountId: him, version })).assignIncident
    expect(assigned.assignee).toEqual({ id: him, name: 'th.analyst', displayName: '名 th.analyst' })
    expect(await lastAudit()).toMatchObject({
      action: 'incident.assigned',
      actor: { name: '名 analyst' },
      unitId: 'th',
    })
    const stale = (await analyst.data(TRANSITION, { number, to: 'triage', version })).transitionIncident
    expect(stale).toMatchObject({ __typename: 'Conflict', code: 'DOC-409' })
    const bare = { number, to: 'false_positive', version: assigned.version }
    expect((await analyst.data(TRANSITION, bare)).transitionIncident).toMatchObject({
      __typename: 'Invalid',
      code: 'INC-401',
    })
    const done = (await analyst.data(TRANSITION, { ...bare, reason: '演练' })).transitionIncident
    expect(done).toMatchObject({ status: 'false_positive', statusReason: '演练', allowedTransitions: ['triage'] })
    expect(done.timeline.at(-1)).toEqual({
      type: 'status',
      by: '名 analyst',
      from: 'new',
      to: 'false_positive',
      reason: '演练',
    })
    const wrong = (await analyst.data(TRANSITION, { number, to: 'closed', version: done.version })).transitionIncident
    expect(wrong).toMatchObject({ __typename: 'Invalid', code: 'INC-400' })
    expect((await world.docs.verifyAudit()).broken).toBeUndefined()
  })

  it('goes only to somebody who can handle it', async () => {
    const analyst = await world.signIn('analyst')
    const { number, version } = await incidentOf(analyst, 'hz')
    for (const name of ['th.analyst', 'th.user', 'officer', 'nobody']) {
      const { assignIncident } = await analyst.data(ASSIGN, { number, accountId: accountId(name), version })
      expect(assignIncident).toMatchObject({ __typename: 'Invalid', code: 'INC-402' })
    }
  })

  it('of another unit is not there, and one of the own unit is not everyone’s to change', async () => {
    const analyst = await world.signIn('analyst')
    const foreign = await incidentOf(analyst, 'hz')
    const own = await incidentOf(analyst, 'th')
    const user = await world.signIn('th.user')
    const at = (i: Json) => ({ number: i.number, to: 'triage', version: i.version })
    expect((await user.data(TRANSITION, at(foreign))).transitionIncident).toMatchObject({ __typename: 'NotFound' })
    expect((await user.data(TRANSITION, at(own))).transitionIncident).toMatchObject({
      __typename: 'NotAllowed',
      code: 'ACC-004',
    })
    const officer = await world.signIn('officer')
    expect((await officer.data(TRANSITION, at(own))).transitionIncident).toMatchObject({ __typename: 'NotAllowed' })
    const comment = `mutation($number: String!) { commentIncident(number: $number, text: "看过") { ... on Incident { timeline { type by text } } ${ERRORS} } }`
    const said = (await user.data(comment, own)).commentIncident
    expect(said.timeline.at(-1)).toEqual({ type: 'comment', by: '名 th.user', text: '看过' })
  })

  it('is changed by cookie only with the token of the session', async () => {
    const analyst = await world.signIn('analyst')
    const { number, version } = await incidentOf(analyst, 'th1')
    for (const token of ['', 'x'.repeat(43)]) {
      const answer = await analyst.ask(TRANSITION, { number, to: 'triage', version }, { 'x-suidun-csrf': token })
      expect(answer.status).toBe(403)
      expect(answer.errors![0]!.extensions.code).toBe('ACC-007')
    }
    expect((await incidentOf(analyst, 'th1')).version).toBe(version)
    const nobody = await world.anonymous.data(TRANSITION, { number, to: 'triage', version })
    expect(nobody.transitionIncident).toMatchObject({ __typename: 'NotAllowed', code: 'ACC-003' })
  })
})

describe('findings', () => {
  const DECIDE = `mutation($id: ID!, $status: FindingStatus!, $reason: String!, $until: DateTime, $version: Int!) {
    decideFinding(id: $id, status: $status, reason: $reason, until: $until, version: $version) {
      ${ERRORS} ... on Finding { status version decision { status by reason until } } } }`

  it('are accepted with a reason and an end, and opened again', async () => {
    const officer = await world.signIn('officer')
    const at = { id: 'finding-TH-ONLY', version: 1 }
    const until = '2026-12-24T00:00:00.000Z'
    const accepted = (await officer.data(DECIDE, { ...at, status: 'accepted', reason: '内网', until })).decideFinding
    expect(accepted).toMatchObject({ status: 'accepted', decision: { by: '名 officer', reason: '内网', until } })
    expect(await lastAudit()).toMatchObject({ action: 'finding.decided', before: { status: 'open' } })
    const opened = (await officer.data(DECIDE, { ...at, version: 2, status: 'open', reason: '到期' })).decideFinding
    expect(opened).toMatchObject({ status: 'open', decision: null })
    for (const [input, code] of [
      [{ ...at, version: 3, status: 'accepted', reason: ' ' }, 'FND-430'],
      [{ ...at, version: 3, status: 'accepted', reason: 'x', until: '2026-11-24T06:00:00Z' }, 'FND-431'],
      [{ ...at, version: 3, status: 'fixed', reason: 'x' }, 'FND-432'],
      [{ ...at, version: 1, status: 'accepted', reason: 'x' }, 'DOC-409'],
      [{ id: 'finding-none', version: 1, status: 'accepted', reason: 'x' }, 'DOC-404'],
    ] as const)
      expect((await officer.data(DECIDE, input)).decideFinding.code).toBe(code)
    const user = await world.signIn('th.user')
    expect((await user.data(DECIDE, { ...at, version: 3, status: 'accepted', reason: 'x' })).decideFinding.code).toBe(
      'ACC-004',
    )
    const foreign = { id: 'finding-HZ-ONLY', version: 1, status: 'accepted', reason: 'x' }
    expect((await user.data(DECIDE, foreign)).decideFinding.code).toBe('DOC-404')
  })
})

describe('a checklist', () => {
  const ITEM = `... on ChecklistItem { version result { value author reason source history { value source } } proposal { state digest why rowsSeen } }`

  it('is filled by people and checks, within what the policy allows', async () => {
    const officer = await world.signIn('officer')
    const set = `mutation($s: ID!, $v: ResultValue!, $r: String, $n: Int!) { setResult(systemId: $s, itemId: "8.1.4.1.a", value: $v, reason: $r, version: $n) { ${ERRORS} ${ITEM} } }`
    const done = (await officer.data(set, { s: 'th-plat', v: 'compliant', r: null, n: 0 })).setResult
    expect(done).toMatchObject({ version: 1, result: { value: 'compliant', author: '名 officer', source: 'person' } })
    expect((await officer.data(set, { s: 'th-plat', v: 'not_compliant', r: null, n: 1 })).setResult.code).toBe(
      'MLP-020',
    )
    expect((await officer.data(set, { s: 'th-plat', v: 'compliant', r: null, n: 0 })).setResult.__typename).toBe(
      'Conflict',
    )
    const run = `mutation($s: ID!) { runCheck(systemId: $s, itemId: "8.1.4.3.a") { ${ERRORS} ${ITEM} } }`
    const { proposal, version } = (await officer.data(run, { s: 'th-plat' })).runCheck
    expect(proposal.state).toMatch(/holds|fails|cannot_tell/)
    expect(proposal.why).not.toBe('')
    const override = `mutation($s: ID!, $n: Int!) { overrideProposal(systemId: $s, itemId: "8.1.4.3.a", value: not_applicable, reason: "试点", version: $n) { ${ERRORS} ${ITEM} } }`
    const over = (await officer.data(override, { s: 'th-plat', n: version })).overrideProposal
    expect(over.result).toMatchObject({ value: 'not_applicable', source: 'overridden', reason: '试点' })
    const { system } = await officer.data(
      '{ system(id: "th-plat") { canAssess summary { total compliant not_applicable rate } } }',
    )
    expect(system).toEqual({ canAssess: true, summary: { total: 257, compliant: 1, not_applicable: 1, rate: 1 / 256 } })
    for (const name of ['analyst', 'th.user', 'contractor']) {
      const other = await world.signIn(name)
      expect((await other.data(set, { s: 'th-plat', v: 'compliant', r: null, n: 1 })).setResult.code).toBe('ACC-004')
      expect((await other.data(run, { s: 'th-plat' })).runCheck.code).toBe('ACC-004')
    }
    const user = await world.signIn('th.user')
    expect((await user.data(set, { s: 'hz-plat', v: 'compliant', r: null, n: 0 })).setResult.code).toBe('DOC-404')
  })

  it('is taken away as a gap list by those who may export', async () => {
    const officer = await world.signIn('officer')
    const get = (client: Client, id: string) =>
      fetch(`${world.url}/export/systems/${id}/gaps.csv?lang=zh`, { headers: { cookie: client.cookie } })
    const answer = await get(officer, 'th-plat')
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(await answer.text()).toContain('自查')
    expect(await lastAudit()).toMatchObject({ action: 'checklist.exported', target: { id: 'th-plat' } })
    expect((await get(await world.signIn('contractor'), 'th-plat')).status).toBe(403)
    expect((await get(await world.signIn('th.user'), 'hz-plat')).status).toBe(404)
    expect((await get(world.anonymous, 'th-plat')).status).toBe(401)
  })
})

describe('administration', () => {
  it('creates accounts by one-time links and keys that are shown once', async () => {
    const admin = await world.signIn('system.admin')
    const create = `mutation($role: Role!, $name: String!) { createAccount(name: $name, displayName: "沈禾", role: $role, unitId: "th") { ${ERRORS} ... on AccountCreated { link account { name setUp unit { id } } } } }`
    const made = (await admin.data(create, { role: 'analyst', name: 'shen' })).createAccount
    expect(made.account).toEqual({ name: 'shen', setUp: false, unit: { id: 'th' } })
    const token = made.link.slice(`${world.url}/set-up/`.length)
    const setup = 'query($t: String) { setup(token: $t) { complete link { name displayName role } } }'
    expect((await world.anonymous.data(setup, { t: token })).setup).toEqual({
      complete: true,
      link: { name: 'shen', displayName: '沈禾', role: 'analyst' },
    })
    expect((await admin.data(create, { role: 'analyst', name: 'th.user' })).createAccount.code).toBe('ACC-008')
    expect((await admin.data(create, { role: 'audit_admin', name: 'System.Admin' })).createAccount).toMatchObject({
      __typename: 'Invalid',
      code: 'ACC-033',
    })
    const key = `mutation { createKey(name: "shipper", unitId: "th", systemId: "th-plat", scopes: ["ingest"]) { ${ERRORS} ... on KeyCreated { secret key { id scopes } } } }`
    const { secret, key: info } = (await admin.data(key)).createKey
    // Known, but of no use for reading.
    expect((await world.withKey(secret).ask('{ events { totalCount } }')).status).toBe(403)
    expect((await admin.data('{ keys { id name } }')).keys.map((k: Json) => k.name)).toContain('shipper')
    const revoke = `mutation($id: ID!) { revokeKey(id: $id) { ${ERRORS} ... on KeyInfo { revokedAt } } }`
    expect((await admin.data(revoke, info)).revokeKey.revokedAt).not.toBeNull()
    expect((await world.withKey(secret).ask('{ events { totalCount } }')).status).toBe(401)
    const analyst = await world.signIn('analyst')
    expect((await analyst.data(key)).createKey.code).toBe('ACC-004')
    expect((await analyst.ask('{ accounts { id } }')).errors![0]!.extensions.code).toBe('ACC-004')
  })

  it('names the city and adds units, telling wrong lines by their numbers', async () => {
    const admin = await world.signIn('system.admin')
    const name = `mutation { nameCity(cityName: "穗城", cityCode: "SC") { ${ERRORS} ... on Units { units { id name code parentId } } } }`
    expect((await admin.data(name)).nameCity.units).toContainEqual({
      id: 'root',
      name: '穗城',
      code: 'SC',
      parentId: null,
    })
    const add = `mutation($lines: String!) { addUnits(lines: $lines) { ${ERRORS} ... on Units { units { name parentId } } } }`
    const wrong = (await admin.data(add, { lines: '黄埔区,district,HP,SC\n番禺区,nonsense,PY,SC' })).addUnits
    expect(wrong).toMatchObject({ __typename: 'Invalid', problems: [{ line: 2 }] })
    const { units } = (await admin.data(add, { lines: '黄埔区,district,HP,SC' })).addUnits
    expect(units).toContainEqual({ name: '黄埔区', parentId: 'root' })
    for (const other of ['analyst', 'security.admin'])
      expect((await (await world.signIn(other)).data(name)).nameCity.code).toBe('ACC-004')
  })

  it('grants with a reason by the security administrator alone', async () => {
    const grant = `mutation($a: ID!) { createGrant(accountId: $a, systemId: "hz-plat", reason: "协查", until: "2026-11-25T00:00:00Z") { ${ERRORS} ... on GrantInfo { id accountId until } } }`
    const a = accountId('th.user')
    expect((await (await world.signIn('system.admin')).data(grant, { a })).createGrant.code).toBe('ACC-004')
    const user = await world.signIn('th.user')
    expect((await user.data('{ systems { id } }')).systems).toEqual([{ id: 'th-plat' }])
    const made = (await (await world.signIn('security.admin')).data(grant, { a })).createGrant
    expect(made).toMatchObject({ accountId: a, until: '2026-11-25T00:00:00.000Z' })
    expect((await user.data('{ systems { id } }')).systems).toEqual([{ id: 'hz-plat' }, { id: 'th-plat' }])
    expect((await user.data('{ events(query: "HZ-ONLY") { totalCount } }')).events.totalCount).toBe(1)
  })

  it('gives the audit administrator the log and its verification, and nobody else', async () => {
    const audit =
      '{ audit(first: 5) { totalCount edges { node { seq actor action hash prev algorithm } } } auditVerification { entries brokenSeq selfAttested } }'
    const data = await (await world.signIn('audit.admin')).data(audit)
    expect(data.auditVerification).toMatchObject({ brokenSeq: null, selfAttested: true })
    expect(data.audit.edges[0].node.prev).toBe(data.audit.edges[1].node.hash)
    for (const other of ['analyst', 'system.admin', 'security.admin'])
      expect((await (await world.signIn(other)).ask(audit)).errors![0]!.extensions.code).toBe('ACC-004')
  })

  it('shows administrators no business data', async () => {
    for (const name of ['system.admin', 'security.admin', 'audit.admin']) {
      const admin = await world.signIn(name)
      for (const query of [
        '{ events { totalCount } }',
        '{ signals { totalCount } }',
        '{ incidents { totalCount } }',
        '{ incidentCounts { open } }',
        '{ findings { totalCount } }',
        '{ findingCounts { count } }',
        '{ systems { id } }',
        '{ rules { totalCount } }',
        '{ people { id } }',
      ])
        expect([name, query, (await admin.ask(query)).errors?.[0]?.extensions.code]).toEqual([name, query, 'ACC-004'])
    }
  })
})

describe('me', () => {
  it('tells the session’s token, the pages of the role, and keeps the language', async () => {
    const user = await world.signIn('th.user')
    const { me } = await user.data('{ me { name displayName role unit { id name parentId } csrf pages language } }')
    expect(me).toEqual({
      name: 'th.user',
      displayName: '名 th.user',
      role: 'unit_user',
      unit: { id: 'th', name: '天河区', parentId: null },
      csrf: user.csrf,
      pages: ['incidents', 'events', 'findings', 'systems'],
      language: null,
    })
    expect((await user.data('mutation { setLanguage(language: zh) { language } }')).setLanguage.language).toBe('zh')
    const { errors } = await user.ask('{ rules { totalCount } }')
    expect(errors![0]!.message).toBe('你的策略不允许此操作。')
  })
})
