import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { createApi } from '../api/index.ts'
import { reopenEnded } from '../collectors/index.ts'
import { runAll } from '../compliance/index.ts'
import { buildConsole } from '../console/build.ts'
import type { Config } from '../core/config.ts'
import type { Clock } from '../core/ports.ts'
import { openPolicies } from '../policies/index.ts'
import { Closing } from './closing.ts'
import type { Home } from './home.ts'
import { healthRoutes } from './http/health.ts'
import { createPages } from './http/pages.ts'
import { createHttpServer, listen } from './http/server.ts'
import { listening } from './listening.ts'
import { measure } from './metrics.ts'
import { openPlatform, type Platform } from './platform.ts'
import { unpack } from './ruleLoading/unpack.ts'
import { removeRunFile, writeRunFile } from './runFile.ts'
import { scheduleChecks } from './schedule.ts'
import { createTelemetry } from './telemetry.ts'

export interface ServerOptions {
  readonly config: Config
  readonly home: Home
  readonly clock: Clock
  /** Says what takes a while, to the person who started it. */
  readonly say: (line: string) => void
}

/** A platform with its console. */
export interface Server {
  readonly platform: Platform
  /** Address of the console. */
  readonly http: string
  /** Writes `run.json`: it is ready. */
  announce(): void
  /** Runs every automatic check now. */
  runChecks(): Promise<void>
  close(): Promise<void>
}

/** Where the built console is kept: with the dependencies, since it is made of them. */
const CONSOLE = resolve(import.meta.dirname, '../node_modules/.cache/suidun/console')

/** Starts everything: stores, lanes, listeners, API, console, scheduled checks. */
export async function openServer({ config, home, clock, say }: ServerOptions): Promise<Server> {
  const closing = new Closing()
  const telemetry = createTelemetry({ level: config.log.level })
  const close = async () => {
    await closing.close((step, error) => telemetry.tell('request_failed', { step, error: String(error) }))
    telemetry.tell('stopped')
  }
  try {
    mkdirSync(resolve(CONSOLE, '..'), { recursive: true })
    if ((await buildConsole({ outDir: CONSOLE })).built) say('console built')
    let check: () => void = () => undefined
    let publish: (news: { kind: 'opened' | 'changed'; number: string }) => void = () => undefined
    const platform = closing.add(
      'platform',
      await openPlatform({
        config,
        home,
        clock,
        telemetry,
        onIncident: (kind, number) => publish({ kind, number }),
        onEstate: () => check(),
      }),
      (p) => p.close(),
    )
    measure(platform, telemetry)
    const { docs, events } = platform
    const secure = config.http.tls !== undefined
    let address = ''
    const api = createApi({
      docs,
      events,
      clock,
      policies: openPolicies({ docs, clock }),
      rules: platform.rules,
      unpack,
      runs: platform.runs,
      health: () => platform.intake.sources(),
      tell: telemetry.tell,
      address: () => address,
      introspection: config.graphql.introspection,
      secure,
    })
    publish = (news) => api.hub.publish(news)
    const runChecks = async () => {
      await reopenEnded(docs, clock)
      await runAll({ docs, events, clock })
    }
    const checks = closing.add('checks', scheduleChecks(config.checks.schedule, runChecks, telemetry.tell), (s) =>
      s.close(),
    )
    check = checks.now
    const pages = createPages(CONSOLE)
    const http = createHttpServer(
      config.http,
      {
        ...healthRoutes(platform, telemetry.registry),
        '/graphql': api.graphql,
        '/auth': api.auth,
        '/export': api.exports,
        // Below this address stand pages too: of rules whose id begins so.
        '/rules/import': (req, res, path) => (req.method === 'POST' ? api.ruleImport : pages)(req, res, path),
        '/': pages,
      },
      telemetry,
    )
    address = await listening('http', listen(http, config.http))
    closing.add('http', http, async (server) => {
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeAllConnections()
      await closed
    })
    return {
      platform,
      http: address,
      announce() {
        const { ingest, syslog } = platform
        const startedAt = new Date(clock()).toISOString()
        writeRunFile(home.data, { pid: process.pid, http: address, ingest, syslog, startedAt })
        closing.add('run file', home.data, removeRunFile)
        telemetry.tell('started', { http: address, ingest, syslog })
      },
      runChecks: checks.now,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
