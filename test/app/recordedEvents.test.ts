import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, expect, test } from 'vitest'
import { RULES } from '../../demo/rules.ts'
import { createKey, type Json, post, read } from '../support/machine.ts'
import { describeMaterial, material } from '../support/material.ts'
import { removeFolder, startServer, type TestServer, tempFolder, until } from '../support/server.ts'

/** Lines per request. */
const PART = 2_500
const SCANNER = '203.0.113.77'
const SPRAYER = '203.0.113.78'

describeMaterial('events recorded on real machines', 'sigma/background.ndjson.gz', () => {
  const folder = tempFolder('recorded')
  let server: TestServer | undefined
  afterAll(async () => {
    await server?.stop()
    removeFolder(folder)
  })

  test('raise no incident by our own rules, which see what is sent among and after them', async () => {
    const data = join(folder, 'data')
    const key = await createKey(data, '--scopes', 'ingest,read')
    server = await startServer({ data, env: { SUIDUN_CORRELATION_HOLD: '0' } })
    const recorded = gunzipSync(readFileSync(material('sigma/background.ndjson.gz')))
      .toString()
      .trimEnd()
      .split('\n')
    const parts = Math.ceil(recorded.length / PART)
    const now = new Date().toISOString()
    const send = async (lines: readonly string[]) => {
      const headers = { 'Content-Encoding': 'gzip' }
      const { status, json } = await post(server!, '/ingest', { key, headers, body: gzipSync(lines.join('\n')) })
      expect([status, json]).toEqual([200, { accepted: lines.length }])
    }
    const scanned = {
      '@timestamp': now,
      event: { dataset: 'nginx.access', category: ['web'] },
      source: { ip: SCANNER },
      url: { original: '/', path: '/' },
      user_agent: { original: 'sqlmap/1.8.11#stable (https://sqlmap.org)' },
    }
    for (let n = 0; n < parts; n++) await send([...recorded.slice(n * PART, (n + 1) * PART), JSON.stringify(scanned)])
    // What correlations hold back of the recorded events is decided before this group fires.
    const tried = Array.from({ length: 10 }, (_, n) =>
      JSON.stringify({
        time: now,
        app: 'a',
        user: `u${n}`,
        action: 'login',
        object: 'a',
        object_type: 'application',
        result: 'failure',
        ip: SPRAYER,
        detail: '口令错误',
        host: 'h',
      }),
    )
    await send(tried)

    const all = recorded.length + parts + tried.length
    const rules = (signals: Json[], rule: keyof typeof RULES) => signals.filter((s) => s.rule.id === RULES[rule])
    const { events, signals, incidents } = await until('all to be stored and detected', async () => {
      const seen = await read(
        server!,
        key,
        `{ events(first: 0) { totalCount } incidents(first: 1000) { edges { node { entity } } }
           signals(first: 1000) { edges { node { rule { id } entity count } } } }`,
      )
      const [signals, incidents]: Json[][] = [seen.signals, seen.incidents].map((l) => l.edges.map((e: Json) => e.node))
      const scans = rules(signals!, 'web_scanner_user_agent').reduce((n, s) => n + s.count, 0)
      const sprays = rules(signals!, 'application_credential_stuffing').length
      if (seen.events.totalCount < all || scans < parts || sprays === 0 || incidents!.length < 2) return undefined
      return { events: seen.events.totalCount as number, signals: signals!, incidents: incidents! }
    })
    expect(events).toBe(all)
    expect([...new Set(signals.map((s) => `${s.rule.id} ${s.entity}`))].sort()).toEqual(
      [
        `${RULES.web_scanner_user_agent} source.ip:${SCANNER}`,
        `${RULES.application_credential_stuffing} source.ip:${SPRAYER}`,
      ].sort(),
    )
    expect(incidents.map((i) => i.entity).sort()).toEqual([`source.ip:${SCANNER}`, `source.ip:${SPRAYER}`])
  })
})
