import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Visitor } from '../support/browse.ts'
import { selfSigned } from '../support/certificate.ts'
import { openMetrics } from '../support/openMetrics.ts'
import {
  childEnv,
  type RunFile,
  removeFolder,
  startServer,
  suidun,
  type TestServer,
  tempFolder,
  until,
} from '../support/server.ts'

const folder = tempFolder('serve')
const launcher = resolve(import.meta.dirname, '../../bin/suidun.mjs')
afterAll(() => removeFolder(folder))

const runs = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const linksOf = (stdout: string) =>
  [...stdout.matchAll(/^ {2}(system|security|audit) administrator .*?(http\S+\/set-up\/\S+)$/gm)].map(
    ([, office, link]) => [office!, link!] as const,
  )

describe('an empty instance', () => {
  const data = join(folder, 'new', 'data')
  const password = 'three persons, three offices'
  let server: TestServer
  let links: Record<string, string>
  beforeAll(async () => {
    server = await startServer({ data })
    links = Object.fromEntries(linksOf(server.output().stdout))
  })
  afterAll(() => server?.stop())
  const tokenOf = (office: string) => links[office]!.split('/set-up/')[1]!
  const setUp = (visitor: Visitor, office: string, name: string, more: object = {}) =>
    visitor.post('/auth/set-up', { token: tokenOf(office), name, password, ...more })

  test('makes its data folder for its owner alone and tells its addresses in run.json', () => {
    expect(statSync(data).mode & 0o777).toBe(0o700)
    const run = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as RunFile
    expect(run.pid).toBe(server.process.pid)
    expect(run.http).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    expect(run.ingest).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
    const ports = [run.http, run.ingest].map((a) => Number(new URL(a).port))
    expect(new Set([...ports, run.syslog.tcp]).size).toBe(3)
    expect(run.syslog.udp).toBeGreaterThan(0)
  })

  test('prints its address and three one-time links, one for each administrator', () => {
    expect(server.output().stdout).toContain(server.run.http)
    expect(Object.keys(links)).toEqual(['system', 'security', 'audit'])
    expect(new Set(Object.values(links)).size).toBe(3)
    for (const link of Object.values(links)) expect(link.startsWith(`${server.run.http}/set-up/`)).toBe(true)
  })

  test('listens on loopback only', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((i) => i !== undefined && !i.internal && i.family === 'IPv4')
    if (outside === undefined) return console.warn('SKIPPED: this machine has no address but loopback')
    for (const port of [new URL(server.run.http).port, new URL(server.run.ingest).port, server.run.syslog.tcp]) {
      const error = await new Promise<NodeJS.ErrnoException | undefined>((done) => {
        const socket = connect(Number(port), outside.address, () => done(undefined)).on('error', done)
        socket.setTimeout(5_000, () => done(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
      })
      expect(error?.code).toBe('ECONNREFUSED')
    }
  })

  test('answers health, readiness and metrics without a sign-in', async () => {
    expect((await fetch(`${server.run.http}/healthz`)).status).toBe(200)
    expect((await fetch(`${server.run.http}/readyz`)).status).toBe(200)
    const res = await fetch(`${server.run.http}/metrics`)
    expect(res.headers.get('content-type')).toMatch(/^application\/openmetrics-text;/)
    const families = openMetrics(await res.text())
    expect(families.get('suidun_happenings')).toMatchObject({ type: 'counter' })
    expect(families.get('suidun_rules_loaded')!.samples[0]!.value).toBeGreaterThanOrEqual(20)
  })

  test('shows the console at every page address', async () => {
    for (const path of ['/', '/incidents', new URL(links.system!).pathname]) {
      const res = await fetch(`${server.run.http}${path}`)
      expect(res.status).toBe(200)
      expect(res.headers.get('content-type')).toMatch(/^text\/html/)
      expect(res.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(await res.text()).toMatch(/<script type="module"/)
    }
  })

  test('sets up three administrators for three people, each by one link used once', async () => {
    const stranger = new Visitor(server.run.http)
    expect(await setUp(stranger, 'system', 'Li', { password: 'short' })).toMatchObject({ status: 400 })
    expect(await setUp(stranger, 'system', 'Li')).toMatchObject({ status: 200, body: { name: 'Li' } })
    expect(await setUp(stranger, 'system', 'Other')).toMatchObject({ status: 410, body: { code: 'ACC-005' } })

    // The same name, however written.
    expect(await setUp(stranger, 'security', 'li')).toMatchObject({ status: 409, body: { code: 'ACC-033' } })
    const holder = new Visitor(server.run.http)
    const cookie = await holder.signIn('Li', password)
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Strict/)
    expect(cookie).not.toMatch(/Secure/)
    expect(await setUp(holder, 'security', 'Wang')).toMatchObject({ status: 409, body: { code: 'ACC-033' } })

    // Neither refusal used the link up.
    expect(await setUp(stranger, 'security', 'Wang')).toMatchObject({ status: 200 })
    expect(await setUp(stranger, 'audit', 'Zhao')).toMatchObject({ status: 200 })
    const { setup } = await stranger.ask<{ setup: { complete: boolean } }>('{ setup { complete } }')
    expect(setup.complete).toBe(true)
    for (const [name, role] of [
      ['Li', 'system_admin'],
      ['Wang', 'security_admin'],
      ['Zhao', 'audit_admin'],
    ] as const) {
      const visitor = new Visitor(server.run.http)
      await visitor.signIn(name, password)
      expect((await visitor.ask<{ me: { role: string } }>('{ me { role } }')).me.role).toBe(role)
    }
  })

  test('is led on to its city and units by the system administrator, and by nobody else', async () => {
    const change = `mutation($lines: String!) {
      nameCity(cityName: "珠城", cityCode: "ZC") { __typename ... on Error { code } }
      addUnits(lines: $lines) { __typename ... on Units { units { id name code } } ... on Error { code } } }`
    const lines = 'Tianhe,district,TH,ZC\nEducation,department,JY,ZC\n'
    type Answer = Record<'nameCity' | 'addUnits', { __typename: string; units?: { name: string; code: string }[] }>
    const auditor = new Visitor(server.run.http)
    await auditor.signIn('Zhao', password)
    const refused = await auditor.ask<Answer>(change, { lines })
    expect([refused.nameCity.__typename, refused.addUnits.__typename]).toEqual(['NotAllowed', 'NotAllowed'])
    const admin = new Visitor(server.run.http)
    await admin.signIn('Li', password)
    const done = await admin.ask<Answer>(change, { lines })
    expect(done.nameCity.__typename).toBe('Units')
    expect(done.addUnits.units!.map((u) => u.code).sort()).toEqual(['JY', 'TH', 'ZC'])
  })

  test('refuses a change by cookie without the token', async () => {
    const admin = new Visitor(server.run.http)
    const cookie = (await admin.signIn('Li', password)).split(';')[0]!
    const res = await fetch(`${server.run.http}/graphql`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: cookie },
      body: JSON.stringify({ query: 'mutation { setLanguage(language: zh) { id } }' }),
    })
    expect(res.status).toBe(403)
    expect(await res.text()).toContain('ACC-007')
  })

  test('lets no second server onto its folder, and is not disturbed by the attempt', async () => {
    const second = await suidun(['serve'], { env: { SUIDUN_DATA: data } })
    expect(second.code).toBe(2)
    expect(second.stderr).toMatch(/in use by process \d+/)
    expect(second.stderr).toContain(String(server.run.pid))
    expect(second.stderr).not.toMatch(/\n\s+at /)
    expect(second.stdout).not.toContain('/set-up/')
    expect(JSON.parse(readFileSync(join(data, 'run.json'), 'utf8'))).toMatchObject({ pid: server.run.pid })
    expect((await fetch(`${server.run.http}/readyz`)).status).toBe(200)
  })

  test('ends on SIGTERM with exit code 0 and takes run.json away; started again it offers no more links', async () => {
    await server.stop()
    expect([server.process.exitCode, server.process.signalCode]).toEqual([0, null])
    expect(existsSync(join(data, 'run.json'))).toBe(false)
    server = await startServer({ data })
    expect(server.output().stdout).not.toContain('/set-up/')
    const again = new Visitor(server.run.http)
    await again.signIn('Wang', password)
    await server.stop('SIGINT')
    expect(server.process.exitCode).toBe(0)
  })
})

describe('a server asked to stop', () => {
  test('ends though clients hold their connections: half a body, half a line, an open subscription', async () => {
    const server = await startServer({ data: join(folder, 'held') })
    const env = { SUIDUN_DATA: server.data }
    const scopes = 'ingest,read'
    const key = (await suidun(['key', 'create', '--name', 'k', '--scopes', scopes], { env })).stdout.trim()
    const hold = async (port: string | number, text: string) => {
      const socket = connect(Number(port), '127.0.0.1').resume()
      const gone = new Promise((done) => socket.on('error', () => undefined).on('close', done))
      await once(socket, 'connect')
      socket.write(text)
      return { gone }
    }
    const head = (path: string, length: number, more = '') =>
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Length: ${length}\r\n${more}\r\n`
    const subscription = JSON.stringify({ query: 'subscription { incidentChanged { kind } }' })
    const stream = 'Accept: text/event-stream\r\nContent-Type: application/json\r\n'
    const { port: ingest } = new URL(server.run.ingest)
    const { port: http } = new URL(server.run.http)
    const held = await Promise.all([
      hold(ingest, `${head('/ingest', 100)}{"message":`),
      hold(ingest, `${head('/_bulk', 0)}`),
      hold(server.run.syslog.tcp, '<13>half a line'),
      hold(http, `${head('/graphql', 100, 'Content-Type: application/json\r\n')}{"query`),
      hold(http, `${head('/graphql', subscription.length, stream)}${subscription}`),
    ])
    await server.stop()
    expect(server.process.exitCode).toBe(0)
    await Promise.all(held.map((h) => h.gone))
  })
})

describe('offices not yet held', () => {
  test('get fresh links at the next start, and the old ones stop', async () => {
    const data = join(folder, 'links')
    const first = await startServer({ data })
    const [, old] = linksOf(first.output().stdout)[0]!
    await first.stop()
    const second = await startServer({ data })
    const [, fresh] = linksOf(second.output().stdout)[0]!
    const visitor = new Visitor(second.run.http)
    const use = (link: string) =>
      visitor.post('/auth/set-up', { token: link.split('/set-up/')[1], name: 'Li', password: 'long enough a password' })
    expect((await use(old)).status).toBe(410)
    expect((await use(fresh)).status).toBe(200)
    await second.stop()
  })
})

describe('a launcher that goes away', () => {
  const outlived = async (parent: string, args: string[], name: string) => {
    const data = join(folder, name)
    const child = spawn(parent, args, { env: childEnv({ SUIDUN_DATA: data }), stdio: 'ignore' })
    const run = await until('the server behind the launcher', () => {
      if (child.exitCode !== null) throw new Error(`the launcher ended with ${child.exitCode}`)
      return existsSync(join(data, 'run.json'))
        ? (JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as RunFile)
        : undefined
    })
    expect(run.pid).not.toBe(child.pid)
    return { data, child, run }
  }

  test('takes the server with it, even when killed', async () => {
    const code = `require('node:child_process').fork(${JSON.stringify(launcher)}, ['serve'])`
    const { data, child, run } = await outlived(process.execPath, ['-e', code], 'launched')
    child.kill('SIGKILL')
    await until('the server to end', () => !runs(run.pid))
    expect(existsSync(join(data, 'run.json'))).toBe(false)
  })

  test('on an older Node hands on SIGTERM and the exit code, and takes the server with it when killed', async () => {
    const older = olderNode()
    if (older === undefined) return console.warn('SKIPPED: no Node older than 24 in the path')
    const calm = await outlived(older, [launcher, 'serve'], 'older')
    const ended = new Promise<[number | null, string | null]>((done) => calm.child.once('exit', (...e) => done(e)))
    calm.child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    expect(runs(calm.run.pid)).toBe(false)
    const rough = await outlived(older, [launcher, 'serve'], 'older')
    rough.child.kill('SIGKILL')
    await until('the server to end', () => !runs(rough.run.pid))
    expect(existsSync(join(rough.data, 'run.json'))).toBe(false)
  })
})

/** A Node below 24 in the path, which npm's own scripts hide behind the project's. */
function olderNode(): string | undefined {
  const own = resolve(import.meta.dirname, '../../node_modules')
  const places = (process.env.PATH ?? '').split(':').filter((p) => p !== '' && !p.startsWith(own))
  return places
    .map((p) => join(p, 'node'))
    .find((p) => existsSync(p) && Number(/v(\d+)/.exec(versionOf(p))?.[1] ?? 99) < 24)
}

function versionOf(node: string): string {
  return spawnSync(node, ['--version']).stdout?.toString() ?? ''
}

describe('what is not fit to serve', () => {
  const refused = async (env: Record<string, string>) => {
    const data = join(folder, 'refused')
    const { code, stdout, stderr } = await suidun(['serve'], { env: { SUIDUN_DATA: data, ...env } })
    expect(code).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(existsSync(join(data, 'run.json'))).toBe(false)
    return stderr
  }

  test.each(['SUIDUN_HTTP_HOST', 'SUIDUN_INGEST_HOST', 'SUIDUN_SYSLOG_HOST'])(
    'plain text beyond loopback by %s is refused, and insecure: true allows it',
    async (name) => {
      expect(await refused({ [name]: '0.0.0.0' })).toMatch(/0\.0\.0\.0.*is not loopback.*insecure: true/)
      const open = await startServer({ env: { [name]: '0.0.0.0', SUIDUN_INSECURE: 'true' } })
      expect((await fetch(`http://127.0.0.1:${new URL(open.run.http).port}/readyz`)).status).toBe(200)
      await open.stop()
      removeFolder(open.data)
    },
  )

  test('an unknown SUIDUN_ variable is refused by name with the nearest known one', async () => {
    expect(await refused({ SUIDUN_HTTP_PROT: '1' })).toMatch(/SUIDUN_HTTP_PROT.*SUIDUN_HTTP_PORT/)
    expect((await suidun(['config'], { env: { SUIDUN_MATERIAL: '/nowhere' } })).code).toBe(0)
  })

  test('a port that is taken, a folder of rules that is not there, a certificate that is none: each named', async () => {
    const taken = await startServer({ data: join(folder, 'taken') })
    const port = new URL(taken.run.http).port
    expect(await refused({ SUIDUN_HTTP_PORT: port })).toContain(port)
    expect(await refused({ SUIDUN_INGEST_PORT: port })).toContain(port)
    expect(await refused({ SUIDUN_SYSLOG_TCP_PORT: port })).toContain(port)
    await taken.stop()
    expect(await refused({ SUIDUN_RULES: join(folder, 'no-rules') })).toContain('no-rules')
    const nothing = join(folder, 'nothing.pem')
    expect(await refused({ SUIDUN_HTTP_TLS_CERTIFICATE: nothing, SUIDUN_HTTP_TLS_KEY: nothing })).toContain(nothing)
    writeFileSync(nothing, 'no certificate')
    expect(await refused({ SUIDUN_HTTP_TLS_CERTIFICATE: nothing, SUIDUN_HTTP_TLS_KEY: nothing })).toContain(nothing)
  })
})

describe('TLS', () => {
  test('serves console and intake with the certificate configured, cookies for TLS only', async () => {
    const { certificate, key } = selfSigned()
    const [certificateFile, keyFile] = [join(folder, 'server.crt'), join(folder, 'server.key')]
    writeFileSync(certificateFile, certificate)
    writeFileSync(keyFile, key)
    const file = join(folder, 'tls.yaml')
    const tls = `tls: { certificate: ${certificateFile}, key: ${keyFile} }`
    writeFileSync(file, `http: { host: 0.0.0.0, ${tls} }\ningest: { host: 0.0.0.0, ${tls} }\n`)
    const server = await startServer({ data: join(folder, 'tls'), env: { SUIDUN_CONFIG: file } })
    const secret = await suidun(['key', 'create', '--name', 'tls', '--scopes', 'ingest'], {
      env: { SUIDUN_DATA: server.data },
    })
    const ask = (at: string, path: string, options: { body?: string; headers?: Record<string, string> } = {}) =>
      new Promise<{ status: number; text: string; headers: Record<string, unknown> }>((done, fail) => {
        const { port } = new URL(at)
        const { headers = {}, body } = options
        const method = body === undefined ? 'GET' : 'POST'
        request({ host: '127.0.0.1', port, path, method, headers, ca: certificate }, (res) => {
          let text = ''
          res.on('data', (d) => (text += d))
          res.on('end', () => done({ status: res.statusCode!, text, headers: res.headers }))
        })
          .on('error', fail)
          .end(body)
      })
    expect(server.run.http).toMatch(/^https:/)
    expect(server.run.ingest).toMatch(/^https:/)
    const health = await ask(server.run.http, '/readyz')
    expect(health.status).toBe(200)
    expect(health.headers['strict-transport-security']).toBeDefined()
    const [, link] = linksOf(server.output().stdout.replaceAll('https:', 'http:'))[0]!
    const json = { 'Content-Type': 'application/json' }
    const person = { name: 'Li', password: 'long enough a password' }
    const token = link.split('/set-up/')[1]
    expect(
      (await ask(server.run.http, '/auth/set-up', { headers: json, body: JSON.stringify({ token, ...person }) }))
        .status,
    ).toBe(200)
    const signIn = await ask(server.run.http, '/auth/sign-in', { headers: json, body: JSON.stringify(person) })
    expect(String(signIn.headers['set-cookie'])).toMatch(/; Secure/)
    const headers = { Authorization: `Bearer ${secret.stdout.trim()}` }
    const sent = await ask(server.run.ingest, '/ingest', { headers, body: '{"message":"over TLS"}\n' })
    expect([sent.status, sent.text]).toEqual([200, '{"accepted":1}'])
    await expect(fetch(`http://127.0.0.1:${new URL(server.run.http).port}/healthz`)).rejects.toThrow()
    await server.stop()
  })
})
