import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type ImportOptions, importReport, reopenEnded } from '../../collectors/reports/index.ts'
import { maskSecrets } from '../../collectors/reports/maskSecrets.ts'
import { EVERYTHING } from '../../core/access.ts'
import type { Finding } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { openDocuments } from '../../store/index.ts'

const DAY = 86_400_000
const at = (rule: string, path: string, line: number, text: string, more: object = {}) => ({
  ruleId: rule,
  message: { text: `problem ${line}` },
  locations: [
    { physicalLocation: { artifactLocation: { uri: path }, region: { startLine: line, snippet: { text } } } },
  ],
  ...more,
})
const report = (results: object[], more: object = {}) =>
  Buffer.from(JSON.stringify({ version: '2.1.0', runs: [{ tool: { driver: { name: 'Tool' } }, results, ...more }] }))

describe('taking reports in', () => {
  let docs: DocumentStore
  let folder: string
  let now: number

  beforeEach(async () => {
    now = Date.UTC(2026, 10, 24, 6)
    folder = mkdtempSync(join(tmpdir(), 'suidun-import-'))
    docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
  })
  afterEach(async () => {
    await docs.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const post = async (body: Buffer, more: Partial<ImportOptions> = {}) => {
    now += 1_000
    const origin = { keyId: 'k', keyName: 'ci', unitId: 'root', systemId: 'portal' }
    const a = await importReport(docs, body, { target: 'app', scope: null, origin, clock: () => now, ...more })
    return [a.created, a.unchanged, a.reopened, a.closed]
  }
  const findings = async () =>
    (await docs.list('finding', { scope: EVERYTHING, sort: [['location', 'asc']], first: 100 })).rows
  const audits = () => docs.count('audit', { scope: EVERYTHING })
  const entries = async () =>
    (await docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'asc']], first: 100 })).rows.map((r) => r.doc.after!)
  const statuses = async () => (await findings()).map((r) => `${r.doc.location} ${r.doc.status}`)
  const change = async (id: string, next: Partial<Finding>) => {
    const there = (await docs.get('finding', id))!
    await docs.put('finding', id, { ...there.doc, ...next }, { version: there.version })
  }

  const A = at('R1', 'app/a.c', 3, 'gets(x);')
  const B = at('R1', 'app/b.c', 5, 'gets(y);')
  const C = at('R2', 'web/c.js', 7, 'eval(z)')

  it('a secret is stored in no part of a finding', async () => {
    const message = `Possible hardcoded password: 'Winter2025'${' and so on'.repeat(30)} 'Summer2026'`
    const B105 = at('B105:hardcoded_password', 'app/a.py', 3, "check('Winter2025', 'Summer2026')", {
      message: { text: message },
    })
    await post(report([B105]))
    const { doc } = (await findings())[0]!
    expect(doc.title).toMatch(/^Possible hardcoded password: '\*\*\*' and so on/)
    expect(JSON.stringify(doc)).not.toMatch(/Winter|Summer/)
  })

  it('a secret cannot be found by trying what gives the stored digests', async () => {
    const line = 'PASSWORD = "hunter2"'
    await post(report([at('R1', 'app/a.py', 3, line)]))
    const { id, doc } = (await findings())[0]!
    const plain = (parts: unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
    const base = JSON.stringify(['', 'R1', 'app/a.py', '', line])
    const kept = JSON.stringify([id, doc, ...(await docs.list('scan', { scope: EVERYTHING, sort: [], first: 9 })).rows])
    const key = plain(['root', 'portal', 'app', 'tool', base, 0])
    for (const tried of [plain(['tool', '', 'R1', line]), key, plain([[key], null, null, JSON.stringify([[], null])])])
      expect(kept).not.toContain(tried)
  })

  it('what was stored with plain digests is recognised, in a renamed file too', async () => {
    const plain = (parts: unknown[]) => createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
    const lines = ['gets(x);', 'gets(y);']
    const before = report(lines.map((text, i) => at('R1', 'app/a.c', i, text)))
    await post(before)
    for (const { id, doc, version } of await findings()) {
      const base = JSON.stringify(['', 'R1', 'app/a.c', '', doc.context])
      const key = plain(['root', 'portal', 'app', 'tool', base, 0])
      await docs.put(
        'finding',
        key,
        { ...doc, identity: { key, what: plain(['tool', '', 'R1', doc.context]) } },
        { version: 0 },
      )
      await docs.put('finding', id, { ...doc, target: 'elsewhere' }, { version })
    }
    expect(await post(before)).toEqual([0, 2, 0, 0])
    expect(await post(report(lines.map((text, i) => at('R1', 'app/b.c', i, text))))).toEqual([0, 2, 0, 0])
    expect((await statuses()).filter((s) => s.startsWith('app/b.c'))).toHaveLength(2)
  })

  it('the same report in any order writes nothing, not even an audit entry', async () => {
    expect(await post(report([A, B, C, A, A]))).toEqual([5, 0, 0, 0])
    const before = JSON.stringify(await findings())
    const entries = await audits()
    expect(await post(report([A, C, A, A, B]))).toEqual([0, 5, 0, 0])
    expect(JSON.stringify(await findings())).toBe(before)
    expect(await audits()).toBe(entries)
    expect(await docs.count('scan', { scope: EVERYTHING })).toBe(1)
  })

  it('moved lines, new severities and other words stay the same finding and are brought up to date', async () => {
    await post(report([A]))
    const moved = at('R1', 'app/a.c', 90, '   gets(x);', { level: 'error', message: { text: 'said otherwise 17' } })
    expect(await post(report([moved]))).toEqual([0, 1, 0, 0])
    expect((await findings()).map((r) => [r.doc.location, r.doc.severity])).toEqual([['app/a.c:90', 'high']])
  })

  it('equal findings count with their number', async () => {
    const twice = (n: number) => report(Array.from({ length: n }, (_, i) => at('R1', 'a.c', 10 + i, 'gets(x);')))
    expect(await post(twice(2))).toEqual([2, 0, 0, 0])
    expect(await post(twice(3))).toEqual([1, 2, 0, 0])
    expect(await post(twice(1))).toEqual([0, 1, 0, 2])
    expect(await post(twice(2))).toEqual([0, 1, 1, 0])
  })

  it('what a report lacks is closed, comes back as the same finding, and both are audited', async () => {
    await post(report([A, B]))
    const [first] = await findings()
    expect(await post(report([B]))).toEqual([0, 1, 0, 1])
    expect(await statuses()).toEqual(['app/a.c:3 fixed', 'app/b.c:5 open'])
    expect(await post(report([A, B]))).toEqual([0, 1, 1, 0])
    expect((await findings())[0]!.id).toBe(first!.id)
    expect((await findings())[0]!.doc.fixedAt).toBeNull()
    expect(await audits()).toBe(3)
    expect((await docs.verifyAudit()).broken).toBeUndefined()
  })

  it('nothing is closed by another scanner, target, unit or system', async () => {
    await post(report([A, B]))
    const other = Buffer.from(report([C]).toString().replace('"Tool"', '"Other"'))
    const origin = { keyId: 'k', keyName: 'ci', unitId: 'root', systemId: 'portal' }
    expect(await post(other)).toEqual([1, 0, 0, 0])
    expect(await post(report([C]), { target: 'app2' })).toEqual([1, 0, 0, 0])
    expect(await post(report([C]), { origin: { ...origin, unitId: 'tianhe' } })).toEqual([1, 0, 0, 0])
    expect(await post(report([C]), { origin: { ...origin, systemId: null } })).toEqual([1, 0, 0, 0])
    expect((await statuses()).filter((s) => s.endsWith('fixed'))).toEqual([])
  })

  it('a scope limits what may be closed; it is a folder, not a prefix of letters', async () => {
    await post(report([A, B, C, at('R1', 'application/d.c', 1, 'd')]))
    expect(await post(report([A]), { scope: 'app' })).toEqual([0, 1, 0, 1])
    expect(await statuses()).toEqual(['app/a.c:3 open', 'app/b.c:5 fixed', 'application/d.c:1 open', 'web/c.js:7 open'])
    expect(await post(report([], { artifacts: [{ location: { uri: 'app/a.c' } }] }), { scope: './app/' })).toEqual([
      0, 0, 0, 1,
    ])
  })

  it('a relative scope is found in absolute paths', async () => {
    const abs = (path: string, line: number) => at('R1', `file:///srv/app/${path}`, line, `x${line}`)
    await post(report([abs('web/a.js', 1), abs('web/b.js', 2), abs('lib/c.js', 3)]))
    expect(await post(report([abs('web/a.js', 1)]), { scope: 'web/' })).toEqual([0, 1, 0, 1])
  })

  it('the files that a report says it read outrank the scope', async () => {
    await post(report([A, B, C]))
    const artifacts = ['app/a.c', 'app/z.c'].map((uri) => ({ location: { uri }, roles: ['analysisTarget'] }))
    expect(await post(report([], { artifacts }), { scope: 'web' })).toEqual([0, 0, 0, 1])
    expect(await statuses()).toEqual(['app/a.c:3 fixed', 'app/b.c:5 open', 'web/c.js:7 open'])
  })

  it('a report in doubt opens and reopens, but closes nothing, and says why', async () => {
    await post(report([A, B]))
    expect(await post(report([C], { invocations: [{ executionSuccessful: false }] }))).toEqual([1, 0, 0, 0])
    expect(await post(report([]))).toEqual([0, 0, 0, 0])
    const scans = await docs.list('scan', { scope: EVERYTHING, sort: [['at', 'asc']], first: 10 })
    expect(scans.rows.map((r) => r.doc.doubt !== null)).toEqual([false, true, true])
  })

  it("a person's decision outranks the scanner until it ends", async () => {
    await post(report([A, B]))
    const [a] = await findings()
    const decision = {
      status: 'accepted' as const,
      by: 'li.na',
      at: new Date(now).toISOString(),
      reason: 'r',
      until: new Date(now + 30 * DAY).toISOString(),
    }
    await change(a!.id, { status: 'accepted', decision })
    expect(await post(report([A, B]))).toEqual([0, 2, 0, 0])
    expect(await post(report([B]))).toEqual([0, 1, 0, 0])
    expect(await post(report([at('R1', 'app/a.c', 50, 'gets(x);', { level: 'error' }), B]))).toEqual([0, 2, 0, 0])
    expect((await findings())[0]!.doc).toMatchObject({ status: 'accepted', severity: 'high', location: 'app/a.c:50' })
    now += 31 * DAY
    expect(await post(report([A, B]))).toEqual([0, 1, 1, 0])
    expect((await findings())[0]!.doc).toMatchObject({ status: 'open', decision: null })
  })

  it('an accepted risk is open again when its time is over, without any report, and that is audited', async () => {
    await post(report([A, B, C]))
    const rows = await findings()
    const accepted = (until: string | null) => ({
      status: 'accepted' as const,
      decision: { status: 'accepted' as const, by: 'li.na', at: new Date(now).toISOString(), reason: 'r', until },
    })
    const end = now + DAY
    await change(rows[0]!.id, accepted(new Date(end).toISOString()))
    await change(rows[1]!.id, accepted(null))
    await change(rows[2]!.id, accepted(new Date(end + 1).toISOString()))
    expect(await reopenEnded(docs, () => end - 1)).toBe(0)
    const before = await audits()
    expect(await reopenEnded(docs, () => end)).toBe(1)
    expect(await statuses()).toEqual(['app/a.c:3 open', 'app/b.c:5 accepted', 'web/c.js:7 accepted'])
    expect((await findings())[0]!.doc.decision).toBeNull()
    expect((await entries()).slice(before)).toEqual([{ status: 'open' }])
    expect(await reopenEnded(docs, () => end)).toBe(0)
    expect(await reopenEnded(docs, () => end + 400 * DAY)).toBe(1)
    expect((await docs.verifyAudit()).broken).toBeUndefined()
  })

  it('a later scan shows that a finding was seen again, to the day; the same report again does not', async () => {
    const scan = (day: number) =>
      report([A], { invocations: [{ executionSuccessful: true, endTimeUtc: `2026-11-${day}T00:00:00Z` }] })
    await post(scan(24))
    const first = (await findings())[0]!
    expect(await post(scan(25))).toEqual([0, 1, 0, 0])
    expect((await findings())[0]!.version).toBe(first.version)
    now += DAY
    expect(await post(scan(24))).toEqual([0, 1, 0, 0])
    expect((await findings())[0]!.version).toBe(first.version)
    expect(await post(scan(26))).toEqual([0, 1, 0, 0])
    const last = (await findings())[0]!.doc
    expect(last.lastSeen > first.doc.lastSeen).toBe(true)
    expect(last.firstSeen).toBe(first.doc.firstSeen)
  })

  it('a renamed file keeps its findings and decisions; one finding alone is no evidence', async () => {
    const inFile = (path: string) => [1, 2, 3].map((n) => at(`R${n}`, path, n, `line ${n}`))
    await post(report([...inFile('old.c'), at('R9', 'single.c', 1, 'only')]))
    const before = await findings()
    await change(before[0]!.id, {
      status: 'false_positive',
      decision: { status: 'false_positive', by: 'x', at: '', reason: 'r', until: null },
    })
    expect(await post(report([...inFile('new.c'), at('R9', 'other.c', 1, 'only')]))).toEqual([1, 3, 0, 1])
    const moved = (await findings()).filter((r) => r.doc.path === 'new.c')
    expect(moved.map((r) => r.id).sort()).toEqual(
      before
        .filter((r) => r.doc.path === 'old.c')
        .map((r) => r.id)
        .sort(),
    )
    expect(moved.map((r) => r.doc.status).sort()).toEqual(['false_positive', 'open', 'open'])
    // A new file of the old name starts afresh and meets no id of the moved ones.
    expect(await post(report([...inFile('new.c'), ...inFile('old.c'), at('R9', 'other.c', 1, 'only')]))).toEqual([
      3, 4, 0, 0,
    ])
  })

  it('two reports at once are taken one after the other', async () => {
    const both = await Promise.all([post(report([A, B])), post(report([A, B]))])
    expect(both).toEqual([
      [2, 0, 0, 0],
      [0, 2, 0, 0],
    ])
  })

  it('an import that breaks off leaves neither findings nor an entry, and is finished by posting it again', async () => {
    await post(report([A]))
    const before = JSON.stringify(await findings())
    const other = new DatabaseSync(join(folder, 'documents.sqlite'))
    try {
      other.exec(`CREATE TRIGGER broken BEFORE INSERT ON finding WHEN NEW."location" = 'web/c.js:7'
        BEGIN SELECT RAISE(ABORT, 'broken'); END`)
      await expect(post(report([B, C]))).rejects.toMatchObject({ code: 'STO-500' })
      expect(JSON.stringify(await findings())).toBe(before)
      expect([await audits(), await docs.count('scan', { scope: EVERYTHING })]).toEqual([1, 1])
      other.exec('DROP TRIGGER broken')
    } finally {
      other.close()
    }
    expect(await post(report([B, C]))).toEqual([2, 0, 0, 1])
    expect([await audits(), await docs.count('scan', { scope: EVERYTHING })]).toEqual([2, 2])
  })

  it('what a person decides while a report is taken in stands, and the entry tells what was done', async () => {
    await post(report([A, B]))
    const [a] = await findings()
    const decision = { status: 'accepted' as const, by: 'li.na', at: '', reason: 'r', until: null }
    let decided = false
    const meanwhile = new Proxy(docs, {
      get: (target, name) => {
        const own = Reflect.get(target, name)
        if (typeof own !== 'function') return own
        if (name !== 'list') return own.bind(target)
        return async (...args: Parameters<DocumentStore['list']>) => {
          const page = await target.list(...args)
          if (!decided) await change(a!.id, { status: 'accepted', decision })
          decided = true
          return page
        }
      },
    })
    const origin = { keyId: 'k', keyName: 'ci', unitId: 'root', systemId: 'portal' }
    const options = { target: 'app', scope: null, origin, clock: () => now + 1_000 }
    expect(await importReport(meanwhile, report([B]), options)).toMatchObject({ unchanged: 1, closed: 0 })
    expect(await statuses()).toEqual(['app/a.c:3 accepted', 'app/b.c:5 open'])
    expect((await entries()).at(-1)).toMatchObject({ created: 0, unchanged: 1, reopened: 0, closed: 0 })
  })

  it('more findings than are written together come in parts, each with an entry of its own', async () => {
    const many = (n: number) => report(Array.from({ length: n }, (_, i) => at('R1', `f${i}.c`, 1, `line ${i}`)))
    expect(await post(many(10_001))).toEqual([10_001, 0, 0, 0])
    expect(await post(many(1))).toEqual([0, 1, 0, 10_000])
    expect(await post(many(10_002))).toEqual([1, 1, 10_000, 0])
    expect((await entries()).map((e) => [e.created, e.unchanged, e.reopened, e.closed, e.part, e.parts])).toEqual([
      [10_000, 0, 0, 0, 1, 2],
      [1, 0, 0, 0, 2, 2],
      [0, 1, 0, 10_000, undefined, undefined],
      [0, 0, 10_000, 0, 1, 2],
      [1, 1, 0, 0, 2, 2],
    ])
    const scans = await docs.list('scan', { scope: EVERYTHING, sort: [['at', 'asc']], first: 10 })
    expect(scans.rows.map((r) => [r.doc.created, r.doc.unchanged, r.doc.reopened, r.doc.closed])).toEqual([
      [10_001, 0, 0, 0],
      [0, 1, 0, 10_000],
      [1, 1, 10_000, 0],
    ])
    expect((await docs.verifyAudit()).broken).toBeUndefined()
  })

  it('without a target nothing is taken', async () => {
    await expect(post(report([A]), { target: ' ' })).rejects.toMatchObject({ code: 'FND-400' })
    expect(await findings()).toEqual([])
  })

  it('any report twice, shuffled the second time, is a no-op', async () => {
    const finding = fc.record({
      rule: fc.constantFrom('R1', 'R2'),
      path: fc.constantFrom('a.c', 'b/c.c', 'file:///x/y.c'),
      line: fc.integer({ min: 1, max: 5 }),
      text: fc.constantFrom('', 'x', ' x ', 'password = "hunter2hunter2"'),
    })
    let target = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(finding, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        async (list, keys) => {
          const results = list.map((f) => at(f.rule, f.path, f.line, f.text))
          const shuffled = results.map((r) => [keys.next().value as number, r] as const).sort((a, b) => a[0] - b[0])
          const options = { target: `t${target++}` }
          expect(await post(report(results), options)).toEqual([results.length, 0, 0, 0])
          const before = JSON.stringify((await findings()).map((r) => [r.id, r.version]))
          expect(await post(report(shuffled.map(([, r]) => r)), options)).toEqual([0, results.length, 0, 0])
          expect(JSON.stringify((await findings()).map((r) => [r.id, r.version]))).toBe(before)
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('secrets in texts', () => {
  it.each([
    ['DB_PASSWORD = "portal-Passw0rd"', 'DB_PASSWORD = "***"'],
    ["client.login(password='hunter2')", "client.login(password='***')"],
    ['setPassword("hunter2")', 'setPassword("***")'],
    ['"api_key": "k-123",', '"api_key": "***",'],
    ['ENV DB_PASSWORD=portal-Passw0rd', 'ENV DB_PASSWORD=***'],
    ['postgres://app:hunter2@db/portal', 'postgres://app:***@db/portal'],
    ['x = "ghp_0123456789abcdefghijABCDEFGHIJ012345"', 'x = "***"'],
    ['AKIAIOSFODNN7EXAMPLE', '***'],
    ['密码: 某某某某', '密码: ***'],
    [String.raw`pw = "ab\"hunter22"`, 'pw = "***"'],
    ["pw='Winter2025'", "pw='***'"],
    ['dbPw := `hunter2`', 'dbPw := `***`'],
    ['password: str = "hunter2"', 'password: str = "***"'],
    ['const password string = "hunter2"', 'const password string = "***"'],
    ['password = "hunter2 and what was cut o', 'password = "***"'],
    ['<password>hunter2</password>', '<password>***</password>'],
    ['<property name="password" value="hunter2"/>', '<property name="password" value="***"/>'],
    ['docker login --password hunter2 hub.example', 'docker login --password *** hub.example'],
    ['ENV DB_PASSWORD hunter2', 'ENV DB_PASSWORD ***'],
    ['curl -u admin:Passw0rdX https://hub.example', 'curl -u admin:*** https://hub.example'],
    ['mysql -pS3cretPw -h db', 'mysql -p*** -h db'],
    ['run(["mysqldump", "-pS3cret", "portal"])', 'run(["mysqldump", "-p***", "portal"])'],
    ['sshpass -p hunter2 ssh portal', 'sshpass -p *** ssh portal'],
    ['Authorization: Bearer abcd1234efgh', 'Authorization: Bearer ***'],
    ['h["Authorization"] = "Basic aGVsbG8="', 'h["Authorization"] = "Basic ***"'],
    ['bearer token authentication', 'bearer token authentication'],
    ['mkdir -p /srv/portal && docker run -p 80:80 nginx', 'mkdir -p /srv/portal && docker run -p 80:80 nginx'],
    ['if (password.length < 12) return', 'if (password.length < 12) return'],
    ['subprocess.call("ping -c1 " + host, shell=True)', 'subprocess.call("ping -c1 " + host, shell=True)'],
    ['document.getElementById("out").insertAdjacentHTML(x)', 'document.getElementById("out").insertAdjacentHTML(x)'],
  ])('%s is stored as %s', (text, masked) => {
    expect(maskSecrets(text, 'anything')).toBe(masked)
  })

  it('the place of a secret shows nothing that could be it', () => {
    expect(maskSecrets('value: portal-Passw0rd', 'secret')).toBe('value: ***')
    expect(maskSecrets('login("admin", "hunter")', 'secret')).toBe('login("***", "***")')
    expect(maskSecrets('hunter', 'secret')).toBe('***')
    expect(maskSecrets('login("ab" + x, "hunter")', 'secret')).toBe('login("ab" + x, "***")')
  })

  it('a sentence about a secret shows nothing that it quotes', () => {
    for (const quoted of [`'s3cr3t!'`, String.raw`'s3"cr\'t'`, '"s3cr3t!"', "'s3cr3t that was cut o"])
      expect(maskSecrets(`The user's password is ${quoted}`, 'quoted')).toMatch(
        /^The user's password is (['"])\*\*\*\1$/,
      )
  })
})
