import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { createMatcher, loadPipelines, loadRules, type Matcher, OWN_PIPELINES, OWN_RULES } from '../detection/index.ts'

/**
 * Speed of matching as a ratio to `JSON.parse` of the same lines in the same run: 1 would mean that parsing and matching
 * take as long as parsing alone. One thread, processor time, rounds interleaved, best of each. Lines are recorded events of
 * the test material (`SUIDUN_MATERIAL`), or made up where it is absent; rules are our own and, if there, the public ones.
 */

const ROUNDS = 5
const material = resolve(process.env.SUIDUN_MATERIAL ?? resolve(import.meta.dirname, '../../shared'))
const { pipelines } = loadPipelines(OWN_PIPELINES)

const recorded = resolve(material, 'sigma/background.ndjson.gz')
const lines = existsSync(recorded) ? recordedLines(recorded) : generatedLines(20_000)
const bytes = lines.reduce((sum, l) => sum + Buffer.byteLength(l), 0)
console.log(
  `${lines.length} lines of ${Math.round(bytes / lines.length)} bytes (${existsSync(recorded) ? 'recorded' : 'generated'})`,
)

const sets = [
  { name: 'own rules', folders: [OWN_RULES] },
  { name: 'public rules', folders: [resolve(material, 'sigma/rules')] },
].filter((s) => s.folders.every((f) => existsSync(f)))

for (const { name, folders } of sets) {
  const before = performance.now()
  const { rules } = loadRules(folders, pipelines)
  const matcher = createMatcher(rules)
  const loading = performance.now() - before
  const { parse, both, hits } = measure(matcher)
  console.log(
    `${name}: ${rules.length} rules, loaded in ${loading.toFixed(0)} ms; JSON.parse ${perLine(parse)}, ` +
      `parse and match ${perLine(both)}, ${hits} hits; ratio ${(parse / both).toFixed(3)}`,
  )
}

function measure(matcher: Matcher): { parse: number; both: number; hits: number } {
  let parse = Number.POSITIVE_INFINITY
  let both = Number.POSITIVE_INFINITY
  let hits = 0
  for (let round = 0; round < ROUNDS; round++) {
    parse = Math.min(
      parse,
      processorTime(() => {
        for (const line of lines) JSON.parse(line)
      }),
    )
    both = Math.min(
      both,
      processorTime(() => {
        hits = 0
        for (const line of lines) hits += matcher.ofJson(JSON.parse(line) as object).length
      }),
    )
  }
  return { parse, both, hits }
}

/** Microseconds of this process. */
function processorTime(work: () => void): number {
  const start = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(start)
  return user + system
}

function perLine(us: number): string {
  return `${(us / lines.length).toFixed(2)} µs a line`
}

function recordedLines(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString('utf8').trim().split('\n')
}

/** Events like those of a portal's hosts, the same in every run. */
function generatedLines(count: number): string[] {
  let seed = 42
  const pick = <T>(of: readonly T[]): T => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
    return of[(seed >>> 8) % of.length]!
  }
  const users = ['li.na', 'wang.wei', 'root', 'portal', 'zhang.min']
  const hosts = ['portal-web-1', 'portal-web-2', 'exchange-db-1']
  const made = [
    () => ({
      event: { dataset: 'nginx.access', category: ['web'] },
      http: { request: { method: pick(['GET', 'POST']) }, response: { status_code: pick([200, 304, 404]) } },
      url: { original: `/api/items/${seed % 9999}?page=${seed % 7}`, path: '/api/items' },
      user_agent: { original: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126 Safari/537.36' },
    }),
    () => ({
      event: { dataset: 'system.auth', category: ['authentication'], outcome: pick(['success', 'failure']) },
      process: { name: 'sshd', pid: seed % 30_000 },
      message: `${pick(['Accepted', 'Failed'])} password for ${pick(users)} from 10.20.1.${seed % 250} port 50022 ssh2`,
    }),
    () => ({
      event: { dataset: 'application.audit', action: pick(['login', 'export', 'update']), outcome: 'success' },
      audit: { object: { name: 'citizen', type: 'table' }, record_count: seed % 50 },
    }),
  ]
  return Array.from({ length: count }, (_, i) =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 10, 24) + i * 1000).toISOString(),
      host: { name: pick(hosts) },
      user: { name: pick(users) },
      source: { ip: `10.20.1.${i % 250}` },
      ...pick(made)(),
    }),
  )
}
