import { strToU8, zipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { term } from '../../core/filter.ts'
import { type Client, type Json, NOW, openWorld, type World } from './world.ts'

const PROBE = '11111111-0000-4000-8000-000000000002'
const OWN = 'dfaebdfc-ff5c-4c03-8b43-cefc934f9fa5'
const MINE = '22222222-0000-4000-8000-000000000001'
const ruleText = (id: string, title = 'Mine', action = 'mine') => `title: ${title}
id: ${id}
status: test
level: high
author: 李雷
date: 2026-01-02
references: [https://example.org/a]
falsepositives: [backups]
logsource: { product: linux, service: auditd }
detection: { a: { event.action: ${action} }, condition: a }
tags: [attack.t1059]
`
const IMPORT = `mutation($files: [RuleFileInput!]!) { importRules(files: $files) { __typename
  ... on ImportResult { files added changed unchanged ignored rules refused problems { code message messageZh severity file line column ruleId } }
  ... on Error { code message } } }`
const SWITCH = `mutation($id: ID!, $on: Boolean!, $reason: String!) { switchRule(id: $id, on: $on, reason: $reason) {
  __typename ... on Rule { id enabled switchedBy switchReason } ... on Error { code message } } }`
const EXCEPT = `mutation($rule: ID!, $query: String!, $reason: String!, $until: DateTime!, $unit: ID) {
  createException(ruleId: $rule, query: $query, reason: $reason, until: $until, unitId: $unit) { __typename
  ... on RuleException { id ruleId query unit { id } owner until active endedAt keptBack canEnd }
  ... on Error { code message } ... on Invalid { problems { line column code } } } }`
const END = `mutation($id: ID!) { endException(id: $id) { __typename ... on RuleException { active endedAt endedBy } ... on Error { code } } }`
const LEVELS = ['critical', 'high', 'medium', 'low', 'info']
const TOMORROW = new Date(NOW + 86_400_000).toISOString()

let world: World
let root: Client
let th: Client
beforeAll(async () => {
  world = await openWorld()
  root = await world.signIn('analyst')
  th = await world.signIn('th.analyst')
})
afterAll(() => world?.close())

async function audited(action: string): Promise<Json[]> {
  const filter = term('action', action)
  const { rows } = await world.docs.list('audit', { scope: EVERYTHING, filter, sort: [['seq', 'asc']], first: 100 })
  return rows.map((r) => r.doc)
}

async function send(
  client: Client | undefined,
  body: string | Uint8Array,
  options: { csrf?: string; query?: string; method?: string } = {},
) {
  const answer = await fetch(`${world.url}/rules/import${options.query ?? ''}`, {
    method: options.method ?? 'POST',
    headers: {
      ...(client === undefined ? {} : { cookie: client.cookie, 'x-suidun-csrf': options.csrf ?? client.csrf }),
    },
    ...(options.method === 'GET' ? {} : { body: body as BodyInit }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : (JSON.parse(text) as Json) }
}

const zipOf = (files: Readonly<Record<string, string>>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))

describe('the list of rules', () => {
  it('comes by pages, the worst first, and holds each rule once', async () => {
    const QUERY = `query($after: String) { rules(first: 7, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node { id level title } } } }`
    const all: Json[] = []
    let total = 0
    for (let after: string | null = null; ; ) {
      const { rules }: Json = await root.data(QUERY, { after })
      all.push(...rules.edges.map((e: Json) => e.node))
      total = rules.totalCount
      if (!rules.pageInfo.hasNextPage) break
      after = rules.pageInfo.endCursor
    }
    expect(all).toHaveLength(total)
    expect(new Set(all.map((r) => r.id)).size).toBe(total)
    const levels = all.map((r) => LEVELS.indexOf(r.level))
    expect(levels).toEqual([...levels].sort())
    const { errors } = await root.ask(QUERY, { after: 'x' })
    expect(errors![0]!.extensions.code).toBe('QRY-304')
  })

  it('is searched by words and fields, and filtered by origin, level and whether a rule runs', async () => {
    const ids = async (args: string) =>
      (await root.data(`{ rules(${args}) { edges { node { id } } } }`)).rules.edges.map((e: Json) => e.node.id)
    expect(await ids('origin: configured')).toEqual(['11111111-0000-4000-8000-000000000001', PROBE])
    expect(await ids('query: "探测接口"')).toEqual([PROBE])
    expect(await ids('query: "tags: attack.t1595 and level: medium", origin: configured')).toEqual([PROBE])
    expect(await ids('level: [medium], origin: configured')).toEqual([PROBE])
    expect(await ids('enabled: false')).toEqual([])
    const { errors } = await root.ask('{ rules(query: "(a") { totalCount } }')
    expect(errors![0]!.extensions.problems[0]).toMatchObject({ code: 'KQL-102', column: 3 })
  })

  it('is sorted by signals in the reader’s scope, those with as many by level, and pages so', async () => {
    const of = async (c: Client, after: string | null = null): Promise<[string, number][]> => {
      const { rules }: Json = await c.data(
        'query($after: String) { rules(sort: hits, first: 9, after: $after) { pageInfo { hasNextPage endCursor } edges { node { id hits level } } } }',
        { after },
      )
      const { hasNextPage, endCursor } = rules.pageInfo
      const rows = rules.edges.map(({ node }: Json) => [`${node.id} ${node.level}`, node.hits])
      return hasNextPage ? [...rows, ...(await of(c, endCursor))] : rows
    }
    for (const c of [root, th]) {
      const rows = await of(c)
      expect(new Set(rows.map(([id]) => id)).size).toBe(rows.length)
      const worth = rows.map(([id, hits]) => hits * 10 - LEVELS.indexOf(id.split(' ')[1]!))
      expect(worth).toEqual(worth.toSorted((a, b) => b - a))
      expect(rows[0]![1]).toBeGreaterThan(0)
    }
  })

  it('tells of a rule with samples what the rule does with them', async () => {
    const { rule } = await root.data(
      `{ rule(id: "${OWN}") { kind origin enabled logsource file samples { name mustMatch matches event } lastSignal exceptions { id } correlates { id } filters } }`,
    )
    expect(rule).toMatchObject({ kind: 'rule', origin: 'own', enabled: true, lastSignal: null, exceptions: [] })
    expect(rule.samples.length).toBeGreaterThan(1)
    for (const s of rule.samples) expect([s.name, s.matches]).toEqual([s.name, s.mustMatch])
  })

  it('shows when the rule last raised something, in the reader’s scope', async () => {
    const last = async (c: Client) => (await c.data(`{ rule(id: "${PROBE}") { hits lastSignal } }`)).rule
    expect(await last(root)).toEqual({ hits: 5, lastSignal: '2026-11-24T05:59:00.000Z' })
    expect(await last(await world.signIn('hz.analyst'))).toEqual({ hits: 1, lastSignal: '2026-11-24T05:53:00.000Z' })
  })
})

describe('importing', () => {
  it('loads what comes in, says what is wrong with it, and leaves one entry in the audit log', async () => {
    const files = [
      { name: 'team/mine.yml', text: ruleText(MINE) },
      { name: 'team/taken.yml', text: ruleText(OWN, 'Taken') },
      {
        name: 'team/broken.yml',
        text: 'title: Broken\nlogsource: { product: linux }\ndetection: { a: { x|nix: 1 }, condition: a }\n',
      },
    ]
    const { importRules } = await root.data(IMPORT, { files })
    expect(importRules).toMatchObject({ files: 3, added: 3, changed: 0, unchanged: 0, rules: 1, refused: 2 })
    const errors = importRules.problems.filter((p: Json) => p.severity === 'error')
    expect(errors).toEqual([
      expect.objectContaining({
        code: 'SIG-014',
        file: 'team/broken.yml',
        line: 3,
        messageZh: expect.stringMatching(/修饰符/),
      }),
      expect.objectContaining({
        code: 'SIG-007',
        file: 'team/taken.yml',
        line: 1,
        message: expect.stringMatching(/already used/),
      }),
    ])
    const { rule } = await root.data(
      `{ rule(id: "${MINE}") { title origin file author date references falsepositives logsource enabled text condition problems { code } } }`,
    )
    expect(rule).toMatchObject({
      title: 'Mine',
      origin: 'imported',
      file: 'team/mine.yml',
      author: '李雷',
      date: '2026-01-02',
      references: ['https://example.org/a'],
      falsepositives: ['backups'],
      logsource: 'product: linux, service: auditd',
      enabled: true,
      text: ruleText(MINE),
      condition: 'a',
    })
    // Our own rule of that id is still ours.
    expect((await root.data(`{ rule(id: "${OWN}") { origin } }`)).rule.origin).toBe('own')
    expect(await audited('rules.imported')).toMatchObject([
      {
        target: { kind: 'rule' },
        unitId: 'root',
        after: { files: 3, added: 3, digest: expect.stringMatching(/^sha-256:[0-9a-f]{64}$/) },
      },
    ])
    const { ruleProblems } = await root.data('{ ruleProblems(severity: error) { totalCount edges { node { file } } } }')
    expect(ruleProblems.edges.map((e: Json) => e.node.file).sort()).toEqual(['team/broken.yml', 'team/taken.yml'])
    // The text of a refused file can be read, of an imported one only.
    const { broken, none, own } = await root.data(
      '{ broken: ruleFile(name: "team/broken.yml") { name text by } none: ruleFile(name: "constructor") { name } own: ruleFile(name: "rules/backup_deleted.yml") { name } }',
    )
    expect(broken).toMatchObject({ name: 'team/broken.yml', text: files[2]!.text })
    expect([none, own]).toEqual([null, null])
  })

  it('changes nothing when the same comes again, and replaces a file of the same name', async () => {
    const before = await world.docs.count('ruleFile', { scope: EVERYTHING })
    const again = await root.data(IMPORT, { files: [{ name: 'team/mine.yml', text: ruleText(MINE) }] })
    expect(again.importRules).toMatchObject({ files: 1, added: 0, changed: 0, unchanged: 1, rules: 1, refused: 0 })
    expect(await world.docs.count('ruleFile', { scope: EVERYTHING })).toBe(before)
    const [first, ...more] = await audited('rules.imported')
    expect(more).toEqual([])
    const changed = await root.data(IMPORT, { files: [{ name: './team\\mine.yml', text: ruleText(MINE, 'Mine now') }] })
    expect(changed.importRules).toMatchObject({ added: 0, changed: 1, unchanged: 0, rules: 1 })
    // The trail tells which files, and the documents that hold their texts before and after.
    const [, second] = await audited('rules.imported')
    expect(first!.before).toEqual({ texts: {} })
    expect(Object.keys(first!.after.texts).sort()).toEqual(['team/broken.yml', 'team/mine.yml', 'team/taken.yml'])
    expect(second!.before).toEqual({ texts: { 'team/mine.yml': first!.after.texts['team/mine.yml'] } })
    for (const [entry, title] of [
      [first!, 'title: Mine\n'],
      [second!, 'title: Mine now\n'],
    ] as const)
      expect((await world.docs.get('ruleFile', entry.after.texts['team/mine.yml']))?.doc.text).toContain(title)
    expect((await root.data(`{ rule(id: "${MINE}") { title } }`)).rule.title).toBe('Mine now')
  })

  it('takes archives, and says what of them it left out', async () => {
    const id = '22222222-0000-4000-8000-000000000003'
    const zip = zipOf({ 'pack/a.yml': ruleText(id, 'Packed'), 'pack/README.md': 'x' })
    expect(await send(root, zip)).toMatchObject({
      status: 200,
      body: { files: 1, added: 1, ignored: 1, rules: 1, refused: 0 },
    })
    expect((await root.data(`{ rule(id: "${id}") { origin file } }`)).rule).toEqual({
      origin: 'imported',
      file: 'pack/a.yml',
    })
    expect(await send(root, ruleText(id, 'Again'), { query: '?name=single.yml' })).toMatchObject({
      status: 200,
      body: { files: 1, added: 1, rules: 0, refused: 1, problems: [{ code: 'SIG-007', file: 'single.yml' }] },
    })
    const removed = await root.data(
      'mutation { removeRuleFile(name: "single.yml") { ... on RemovedFile { removed } } again: removeRuleFile(name: "single.yml") { ... on RemovedFile { removed } } folder: removeRuleFile(name: "pack/") { ... on RemovedFile { removed } } }',
    )
    expect(removed).toEqual({ removeRuleFile: { removed: true }, again: { removed: false }, folder: { removed: true } })
    expect((await root.data(`{ rule(id: "${id}") { id } }`)).rule).toBeNull()
    expect(await audited('rules.removed')).toMatchObject([
      { before: { texts: { 'single.yml': expect.any(String) } }, after: { name: 'single.yml', files: 1 } },
      { before: { texts: { 'pack/a.yml': expect.any(String) } }, after: { name: 'pack/', files: 1 } },
    ])
  })

  it('refuses what is none, in the language of the reader', async () => {
    const code = async (body: string | Uint8Array) => (await send(root, body)).body.code
    expect(await code(zipOf({ 'README.md': 'x' }))).toBe('SIG-082')
    expect(await code(zipOf({ '../a.yml': 'x' }))).toBe('SIG-083')
    expect(await code(zipOf({ 'a.yml': 'x' }).subarray(0, 20))).toBe('SIG-080')
    const large = await send(root, new Uint8Array((32 << 20) + 1))
    expect(large).toMatchObject({ status: 413, body: { code: 'SIG-081' } })
    const { importRules } = await root.data(IMPORT, { files: [{ name: '/etc/a.yml', text: 'x' }] })
    expect(importRules).toMatchObject({ __typename: 'Invalid', code: 'SIG-083' })
    const twice = await root.data(IMPORT, {
      files: [
        { name: 'a.yml', text: 'x' },
        { name: './a.yml', text: 'y' },
      ],
    })
    expect(twice.importRules).toMatchObject({ __typename: 'Invalid', code: 'SIG-083' })
  })

  it('is for analysts of the root unit, by a page of ours', async () => {
    const zip = zipOf({ 'a.yml': ruleText('22222222-0000-4000-8000-000000000009') })
    expect((await send(undefined, zip)).status).toBe(401)
    expect(await send(root, zip, { csrf: 'x' })).toMatchObject({ status: 403, body: { code: 'ACC-007' } })
    expect((await send(root, zip, { method: 'GET' })).status).toBe(405)
    for (const name of [
      'th.analyst',
      'officer',
      'th.user',
      'contractor',
      'system.admin',
      'security.admin',
      'audit.admin',
    ]) {
      const client = await world.signIn(name)
      expect([name, await send(client, zip)]).toMatchObject([name, { status: 403, body: { code: 'ACC-004' } }])
      const { importRules } = await client.data(IMPORT, { files: [{ name: 'a.yml', text: 'x' }] })
      expect([name, importRules]).toMatchObject([name, { __typename: 'NotAllowed' }])
      const removed = await client.data('mutation { removeRuleFile(name: "team/mine.yml") { __typename } }')
      expect([name, removed.removeRuleFile.__typename]).toEqual([name, 'NotAllowed'])
    }
    const byKey = await fetch(`${world.url}/rules/import`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.keys.read}` },
      body: zip as BodyInit,
    })
    expect(byKey.status).toBe(403)
  })
})

describe('switching', () => {
  it('a rule off and on again needs a reason and an analyst of the root unit, and is audited', async () => {
    const off = await root.data(SWITCH, { id: PROBE, on: false, reason: ' too noisy ' })
    expect(off.switchRule).toEqual({
      __typename: 'Rule',
      id: PROBE,
      enabled: false,
      switchedBy: '名 analyst',
      switchReason: 'too noisy',
    })
    expect(world.rules.settings.off).toEqual([PROBE])
    expect(world.rules.book.running.has(PROBE)).toBe(false)
    expect((await root.data('{ rules(enabled: false) { edges { node { id } } } }')).rules.edges).toEqual([
      { node: { id: PROBE } },
    ])
    expect((await root.data(SWITCH, { id: PROBE, on: true, reason: '' })).switchRule).toMatchObject({ code: 'SIG-070' })
    expect((await root.data(SWITCH, { id: 'x', on: true, reason: 'y' })).switchRule).toMatchObject({ code: 'DOC-404' })
    await root.data(SWITCH, { id: PROBE, on: true, reason: 'tuned' })
    await root.data(SWITCH, { id: PROBE, on: true, reason: 'again' })
    expect(world.rules.settings.off).toEqual([])
    expect(await audited('rule.switched_off')).toMatchObject([
      {
        target: { kind: 'rule', id: PROBE },
        reason: 'too noisy',
        before: { title: 'Probe', on: true },
        after: { on: false },
      },
    ])
    expect(await audited('rule.switched_on')).toMatchObject([
      { reason: 'tuned', before: { on: false }, after: { on: true } },
    ])
    for (const name of [
      'th.analyst',
      'officer',
      'th.user',
      'contractor',
      'system.admin',
      'security.admin',
      'audit.admin',
    ]) {
      const client = await world.signIn(name)
      const { switchRule } = await client.data(SWITCH, { id: PROBE, on: false, reason: 'x' })
      expect([name, switchRule.__typename]).toEqual([name, 'NotAllowed'])
      expect((await client.data('{ canChangeRules }')).canChangeRules).toBe(false)
    }
    expect((await root.data('{ canChangeRules }')).canChangeRules).toBe(true)
  })
})

describe('exceptions', () => {
  const make = async (client: Client, more: object = {}) =>
    (
      await client.data(EXCEPT, {
        rule: PROBE,
        query: 'source.ip: 10.1.0.1',
        reason: 'scanner of ours',
        until: TOMORROW,
        ...more,
      })
    ).createException

  it('are made by analysts for their own subtree, seen there, and audited', async () => {
    const hz = await world.signIn('hz.analyst')
    const made = await make(th)
    expect(made).toMatchObject({
      unit: { id: 'th' },
      owner: '名 th.analyst',
      active: true,
      endedAt: null,
      keptBack: 0,
      canEnd: true,
    })
    expect(await make(th, { unit: 'th1' })).toMatchObject({ unit: { id: 'th1' } })
    for (const unit of ['root', 'hz', 'gone'])
      expect([unit, await make(th, { unit })]).toMatchObject([unit, { __typename: 'NotAllowed' }])
    const seen = async (c: Client) => {
      const { exceptions, rule } = await c.data(
        `{ exceptions(ruleId: "${PROBE}", active: true) { totalCount edges { node { id } } } rule(id: "${PROBE}") { exceptions { id active } } }`,
      )
      expect(exceptions.totalCount).toBe(rule.exceptions.filter((e: Json) => e.active).length)
      return exceptions.totalCount
    }
    expect([await seen(th), await seen(root), await seen(hz)]).toEqual([2, 2, 0])
    expect((await hz.data(END, { id: made.id })).endException).toMatchObject({ code: 'DOC-404' })
    expect(world.rules.settings.exceptions.map((e) => [...e.units].sort())).toEqual(
      expect.arrayContaining([['th', 'th1'], ['th1']]),
    )
    const ended = await th.data(END, { id: made.id })
    expect(ended.endException).toMatchObject({
      active: false,
      endedAt: new Date(NOW).toISOString(),
      endedBy: '名 th.analyst',
    })
    expect((await th.data(END, { id: made.id })).endException).toMatchObject({ code: 'SIG-075' })
    expect(await seen(th)).toBe(1)
    expect((await audited('exception.created'))[0]).toMatchObject({
      target: { kind: 'exception', id: made.id },
      unitId: 'th',
      reason: 'scanner of ours',
      after: { ruleId: PROBE, ruleTitle: 'Probe', query: 'source.ip: 10.1.0.1', until: TOMORROW },
    })
    expect(await audited('exception.ended')).toMatchObject([
      { target: { id: made.id }, before: { until: TOMORROW }, after: { endedAt: new Date(NOW).toISOString() } },
    ])
  })

  it('say which events, why, and until when; what is wrong is said with its place', async () => {
    expect(await make(th, { query: 'source.ip: (10.1.0.1' })).toMatchObject({
      __typename: 'Invalid',
      problems: [{ code: 'KQL-102', line: 1, column: 21 }],
    })
    expect(await make(th, { query: '  ' })).toMatchObject({ code: 'SIG-072' })
    expect(await make(th, { query: '*' })).toMatchObject({ code: 'SIG-072' })
    expect(await make(th, { reason: ' ' })).toMatchObject({ code: 'SIG-070' })
    expect(await make(th, { until: new Date(NOW).toISOString() })).toMatchObject({ code: 'SIG-071' })
    expect(await make(th, { until: '2029-01-01T00:00:00Z' })).toMatchObject({ code: 'SIG-071' })
    expect(await make(th, { rule: 'gone' })).toMatchObject({ code: 'DOC-404' })
    // What it keeps back must not depend on when it is asked.
    expect(await make(th, { query: '@timestamp > now-1h' })).toMatchObject({ __typename: 'Invalid' })
  })

  it('are for nobody else', async () => {
    for (const name of ['officer', 'th.user', 'contractor', 'system.admin', 'security.admin', 'audit.admin']) {
      const client = await world.signIn(name)
      expect([name, await make(client)]).toMatchObject([name, { __typename: 'NotAllowed' }])
      const { errors } = await client.ask('{ exceptions { totalCount } }')
      expect([name, errors?.[0]?.extensions.code]).toEqual([name, 'ACC-004'])
      const preview = await client.ask(`{ exceptionPreview(ruleId: "${PROBE}", query: "source.ip: 10.1.0.1") }`)
      expect([name, preview.errors?.[0]?.extensions.code]).toEqual([name, 'ACC-004'])
    }
  })

  it('are tried on stored events before, as far as the reader may see them', async () => {
    const preview = async (c: Client, query: string, unit?: string) =>
      (
        await c.data('query($r: ID!, $q: String!, $u: ID) { exceptionPreview(ruleId: $r, query: $q, unitId: $u) }', {
          r: PROBE,
          q: query,
          u: unit,
        })
      ).exceptionPreview
    expect(await preview(th, 'source.ip: 10.1.0.1')).toBe(2)
    expect(await preview(th, 'source.ip: "10.0.0.0/8"')).toBe(4)
    expect(await preview(th, 'source.ip: "10.0.0.0/8"', 'th1')).toBe(1)
    expect(await preview(root, 'source.ip: "10.0.0.0/8"')).toBe(6)
    expect(await preview(th, 'source.ip: 10.2.0.1', 'hz')).toBe(0)
    // Important data: the names in it are hidden, and so not to be guessed.
    const hidden = async (q: string) =>
      (
        await th.data('query($r: ID!, $q: String!) { exceptionPreview(ruleId: $r, query: $q) }', {
          r: '11111111-0000-4000-8000-000000000001',
          q,
        })
      ).exceptionPreview
    expect(await hidden('user.name: zhang.SECRET')).toBe(0)
  })

  it('end by themselves', async () => {
    const made = await make(root, { until: new Date(NOW + 60_000).toISOString() })
    world.pass(60_000)
    await world.rules.look()
    const { exceptions } = await root.data(
      '{ exceptions(active: false) { edges { node { id active endedAt canEnd } } } }',
    )
    expect(exceptions.edges.map((e: Json) => e.node)).toContainEqual({
      id: made.id,
      active: false,
      endedAt: new Date(NOW + 60_000).toISOString(),
      canEnd: false,
    })
  })
})
