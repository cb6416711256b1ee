import { isIP } from 'node:net'
import { z } from 'zod'
import { AppError } from './errors.ts'

const port = z.number().int().min(0).max(65535)
const tls = z.strictObject({ certificate: z.string(), key: z.string() })

/**
 * Every setting of Suidun: the file `suidun.yaml` and the environment (`SUIDUN_` + the key's path, upper case, `_`
 * between parts: `SUIDUN_HTTP_PORT`). Unknown keys are errors. `docs/configuration.md` lists the same keys.
 */
const CONFIG = z.strictObject({
  /** Folder of all data; created if absent. */
  data: z.string().min(1).default('data'),
  /** Folder of further Sigma rules, beside our own. */
  rules: z.string().min(1).optional(),
  /** Folder of further lists for placeholders of rules, before our own. */
  lists: z.string().min(1).optional(),
  /** Plain text beyond loopback is refused unless this is true. */
  insecure: z.boolean().default(false),
  /** Time zone of log lines that name none, minutes east of UTC. */
  timezone: z.strictObject({ offset: z.number().int().min(-840).max(840).default(0) }).default({ offset: 0 }),
  /** The console, GraphQL, health and metrics. Port 0 takes a free one. */
  http: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: port.default(8470), tls: tls.optional() })
    .default({ host: '127.0.0.1', port: 8470 }),
  /** The machines' entrance: logs and scanner reports. */
  ingest: z
    .strictObject({ host: z.string().default('127.0.0.1'), port: port.default(8471), tls: tls.optional() })
    .default({ host: '127.0.0.1', port: 8471 }),
  syslog: z
    .strictObject({
      host: z.string().default('127.0.0.1'),
      udp: z.strictObject({ port: port.default(5514) }).default({ port: 5514 }),
      tcp: z.strictObject({ port: port.default(5514) }).default({ port: 5514 }),
      /** The unit (its id) to which belongs what comes in by syslog; an asset rule picks the system within it. */
      unit: z.string().min(1).default('root'),
    })
    .default({ host: '127.0.0.1', udp: { port: 5514 }, tcp: { port: 5514 }, unit: 'root' }),
  /** Worker threads that take in and detect. */
  lanes: z.number().int().min(1).max(16).default(2),
  /** Bounds of correlation rules. */
  correlation: z
    .strictObject({
      /** Groups held at most; beyond, those that were active longest ago leave. */
      groups: z.number().int().min(100).max(200_000).default(100_000),
      /** A match waits for earlier ones until one of its group is so much later, or so much time has gone by; seconds. */
      hold: z.number().int().min(0).max(600).default(5),
      /** Matches may come so much later than the newest of their group, seconds. */
      late: z.number().int().min(0).max(86_400).default(300),
    })
    .default({ groups: 100_000, hold: 5, late: 300 }),
  store: z
    .strictObject({ events: z.enum(['embedded', 'elasticsearch']).default('embedded') })
    .default({ events: 'embedded' }),
  elasticsearch: z
    .strictObject({
      /** Addresses of the nodes; several in the environment are separated by commas. */
      nodes: z.array(z.url({ protocol: /^https?$/ })).default([]),
      /** Prefix of every index of ours. */
      prefix: z
        .string()
        .regex(/^[a-z][a-z0-9-]{0,40}$/)
        .default('suidun'),
      /** `user:password` or an API key. Never printed. */
      auth: z.string().optional(),
    })
    .default({ nodes: [], prefix: 'suidun' }),
  duckdb: z
    .strictObject({
      /** Memory limit, MiB. */
      memory: z.number().int().min(256).default(2048),
      threads: z.number().int().min(1).max(64).default(2),
    })
    .default({ memory: 2048, threads: 2 }),
  graphql: z.strictObject({ introspection: z.boolean().default(false) }).default({ introspection: false }),
  detection: z
    .strictObject({
      /** Whether times in which a rule was interrupted are run through it by themselves. */
      fillGaps: z.boolean().default(true),
    })
    .default({ fillGaps: true }),
  checks: z
    .strictObject({
      /** When the automatic checks run (cron, five fields). */
      schedule: z.string().default('*/5 * * * *'),
    })
    .default({ schedule: '*/5 * * * *' }),
  log: z
    .strictObject({ level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info') })
    .default({ level: 'info' }),
})

export type Config = z.infer<typeof CONFIG>

/** Where an effective value came from. */
export type Origin = 'default' | 'file' | 'environment'

export interface LoadedConfig {
  readonly config: Config
  /** Dotted key, value (secrets as `***`), origin; sorted by key. */
  readonly values: readonly { readonly key: string; readonly value: unknown; readonly from: Origin }[]
}

/** Names of the environment that start with SUIDUN_ but are no setting: the tests' and the launcher's own, and the key of `explain`. */
const NOT_SETTINGS = /^SUIDUN_(MATERIAL(_REQUIRED)?|TEST_[A-Z_]+|KILLS|CONFIG|KEY)$/
const SECRET = /(^|\.)(auth|password|secret|key)$/

type Tree = { [key: string]: Tree | unknown }

/**
 * Merges defaults, the file's content and the environment (the latter wins), or throws CFG-001 naming the key, what is
 * wrong and, for unknown keys, the nearest known one.
 */
export function loadConfig(file: unknown, env: Readonly<Record<string, string | undefined>>): LoadedConfig {
  if (file !== undefined && file !== null && !isMap(file))
    throw new AppError('CFG-001', { problem: 'the file must hold a map of keys' })
  const keys = knownKeys(CONFIG)
  const fromFile = new Map(flatten((file ?? {}) as Tree))
  for (const [key, value] of fromFile)
    if (!keys.has(key) && !(isMap(value) && isSection(keys, key))) throw unknown(`key "${key}"`, key, [...keys.keys()])
  const fromEnv = new Map<string, unknown>()
  const byVariable = new Map([...keys.keys()].map((k) => [`SUIDUN_${k.toUpperCase().replaceAll('.', '_')}`, k]))
  for (const [name, text] of Object.entries(env)) {
    if (!name.startsWith('SUIDUN_') || NOT_SETTINGS.test(name) || text === undefined) continue
    const key = byVariable.get(name)
    if (key === undefined) throw unknown(`variable ${name}`, name, [...byVariable.keys()])
    fromEnv.set(key, fromText(text, keys.get(key)!, name))
  }
  const merged: Tree = {}
  for (const [key, value] of [...fromFile, ...fromEnv]) put(merged, key, value)
  const parsed = CONFIG.safeParse(merged)
  if (!parsed.success) {
    const i = parsed.error.issues[0]!
    throw new AppError('CFG-001', { problem: `${i.path.join('.') || 'file'}: ${i.message}` })
  }
  const config = parsed.data
  const effective = new Map(flatten(config as unknown as Tree))
  const values = [...keys.keys()].sort().map((key) => ({
    key,
    value: SECRET.test(key) && effective.get(key) !== undefined ? '***' : effective.get(key),
    from: (fromEnv.has(key) ? 'environment' : fromFile.has(key) ? 'file' : 'default') as Origin,
  }))
  check(config)
  return { config, values }
}

function check(c: Config): void {
  if (c.store.events === 'elasticsearch' && c.elasticsearch.nodes.length === 0)
    throw new AppError('CFG-001', { problem: 'store.events is elasticsearch, but elasticsearch.nodes is empty' })
  const open = [
    [c.http.host, c.http.tls],
    [c.ingest.host, c.ingest.tls],
    [c.syslog.host, undefined],
  ] as const
  for (const [host, secured] of open)
    if (!isLoopback(host) && secured === undefined && !c.insecure) throw new AppError('CFG-004', { address: host })
}

/** Whether what listens there can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}

type Leaf = 'text' | 'number' | 'boolean' | 'list'

/** Dotted keys of the schema with the kind of their value. */
function knownKeys(schema: z.ZodType, prefix = ''): Map<string, Leaf> {
  const inner = unwrap(schema)
  if (inner instanceof z.ZodObject) {
    const out = new Map<string, Leaf>()
    for (const [k, s] of Object.entries(inner.shape))
      for (const [key, leaf] of knownKeys(s as z.ZodType, prefix === '' ? k : `${prefix}.${k}`)) out.set(key, leaf)
    return out
  }
  const leaf =
    inner instanceof z.ZodNumber
      ? 'number'
      : inner instanceof z.ZodBoolean
        ? 'boolean'
        : inner instanceof z.ZodArray
          ? 'list'
          : 'text'
  return new Map([[prefix, leaf]])
}

function unwrap(s: z.ZodType): z.ZodType {
  return s instanceof z.ZodDefault || s instanceof z.ZodOptional ? unwrap(s.unwrap() as z.ZodType) : s
}

const isMap = (value: unknown): value is Tree => value !== null && typeof value === 'object' && !Array.isArray(value)

/** Whether settings stand below that key. */
const isSection = (keys: ReadonlyMap<string, Leaf>, key: string): boolean =>
  [...keys.keys()].some((known) => known.startsWith(`${key}.`))

/** Dotted keys with their values. A map that holds nothing comes as its own key, so that a wrong one is seen. */
function* flatten(tree: Tree, prefix = ''): Generator<readonly [string, unknown]> {
  for (const [k, v] of Object.entries(tree)) {
    const key = prefix === '' ? k : `${prefix}.${k}`
    if (isMap(v) && Object.keys(v).length > 0) yield* flatten(v, key)
    else if (v !== undefined) yield [key, v]
  }
}

function put(tree: Tree, key: string, value: unknown): void {
  const parts = key.split('.')
  let at = tree
  for (const p of parts.slice(0, -1)) {
    at[p] ??= {}
    at = at[p] as Tree
  }
  at[parts.at(-1)!] = value
}

function fromText(text: string, leaf: Leaf, name: string): unknown {
  switch (leaf) {
    case 'number':
      if (!/^-?\d+$/.test(text)) throw new AppError('CFG-001', { problem: `${name}: "${text}" is not a whole number` })
      return Number(text)
    case 'boolean':
      if (text !== 'true' && text !== 'false')
        throw new AppError('CFG-001', { problem: `${name}: write true or false, not "${text}"` })
      return text === 'true'
    case 'list':
      return text.split(',').filter((s) => s !== '')
    case 'text':
      return text
  }
}

function unknown(what: string, name: string, known: readonly string[]): AppError {
  const near = known.map((k) => [distance(name, k), k] as const).sort((a, b) => a[0] - b[0])[0]
  const hint = near !== undefined && near[0] <= Math.max(3, name.length / 3) ? ` (did you mean ${near[1]}?)` : ''
  return new AppError('CFG-001', { problem: `unknown ${what}${hint}` })
}

/** Edit distance, for "did you mean". */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
