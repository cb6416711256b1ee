import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export const LAUNCHER = resolve(import.meta.dirname, '../../bin/suidun.mjs')

export interface RunFile {
  readonly pid: number
  readonly http: string
  readonly ingest: string
  readonly syslog: { readonly udp: number; readonly tcp: number }
}

export interface TestServer {
  readonly data: string
  readonly process: ChildProcess
  readonly run: RunFile
  /** What it wrote so far. */
  output(): { readonly stdout: string; readonly stderr: string }
  /** Ends it (SIGTERM unless said) and waits. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** A folder of its own below the system's temporary one. */
export function tempFolder(name = 'test'): string {
  return mkdtempSync(join(tmpdir(), `suidun-${name}-`))
}

/** The environment of a child: ours without settings of Suidun, ports free, nothing logged below warnings. */
export function childEnv(extra: Record<string, string> = {}): Record<string, string> {
  const clean = Object.entries(process.env).filter(([k]) => !k.startsWith('SUIDUN_'))
  return {
    ...(Object.fromEntries(clean) as Record<string, string>),
    SUIDUN_HTTP_PORT: '0',
    SUIDUN_INGEST_PORT: '0',
    SUIDUN_SYSLOG_UDP_PORT: '0',
    SUIDUN_SYSLOG_TCP_PORT: '0',
    SUIDUN_LOG_LEVEL: 'warn',
    ...extra,
  }
}

/** Waits until `condition` answers something, asking again and again; fails after `limit` ms with `what`. */
export async function until<T>(
  what: string,
  condition: () => T | undefined | false | Promise<T | undefined | false>,
  limit = 60_000,
): Promise<T> {
  const end = Date.now() + limit
  for (;;) {
    const value = await condition()
    if (value !== undefined && value !== false) return value
    if (Date.now() > end) throw new Error(`waited ${limit} ms in vain: ${what}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}

/** Starts `suidun serve` (or other words) on a data folder and waits until it is ready. */
export async function startServer(
  options: {
    data?: string
    env?: Record<string, string>
    args?: string[]
    /** Told of the process before it is ready. */
    spawned?: (child: ChildProcess) => void
  } = {},
): Promise<TestServer> {
  const data = options.data ?? join(tempFolder('serve'), 'data')
  const child = spawn(process.execPath, [LAUNCHER, ...(options.args ?? ['serve'])], {
    cwd: tmpdir(),
    env: childEnv({ SUIDUN_DATA: data, ...options.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  // A test that fails does not leave its server behind.
  const abandon = () => child.kill('SIGKILL')
  process.once('exit', abandon)
  child.once('exit', () => process.off('exit', abandon))
  options.spawned?.(child)
  const out = { stdout: '', stderr: '' }
  child.stdout?.on('data', (d) => (out.stdout += d))
  child.stderr?.on('data', (d) => (out.stderr += d))
  const ended = new Promise<void>((done) => child.once('exit', () => done()))
  const file = join(data, 'run.json')
  const run = await until(
    'the server to be ready',
    () => {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`the server ended with ${child.exitCode ?? child.signalCode}: ${out.stderr}`)
      if (!existsSync(file)) return undefined
      const found = JSON.parse(readFileSync(file, 'utf8')) as RunFile
      return found.pid === child.pid ? found : undefined
    },
    120_000,
  )
  return {
    data,
    process: child,
    run,
    output: () => ({ ...out }),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal)
      await ended
    },
  }
}

/** Runs a command of the command line to its end. */
export function suidun(
  args: readonly string[],
  options: { env?: Record<string, string>; input?: string; cwd?: string } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((done) => {
    const child = execFile(
      process.execPath,
      [LAUNCHER, ...args],
      { env: childEnv(options.env), cwd: options.cwd ?? tmpdir(), maxBuffer: 1 << 28 },
      (error, stdout, stderr) =>
        done({ code: error === null ? 0 : ((error.code as number | undefined) ?? -1), stdout, stderr }),
    )
    child.stdin?.end(options.input ?? '')
  })
}

/** Asks the GraphQL API with a key; fails on errors. */
export async function graphql<T>(http: string, key: string, query: string, variables: object = {}): Promise<T> {
  const res = await fetch(`${http}/graphql`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables }),
  })
  const body = (await res.json()) as { data?: T; errors?: unknown[] }
  if (body.errors !== undefined || body.data === undefined) throw new Error(`GraphQL: ${JSON.stringify(body.errors)}`)
  return body.data
}

export function removeFolder(path: string): void {
  rmSync(path, { recursive: true, force: true })
}
