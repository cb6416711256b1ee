import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { type Intake, type IntakeOptions, openIntake } from '../../app/lane/pool.ts'
import { type HttpListener, type MachineKey, openHttpListener } from '../../collectors/http/index.ts'
import { AppError } from '../../core/errors.ts'
import type { SignalDelta } from '../../core/model/index.ts'
import type { Happening } from '../../core/telemetry.ts'

/** Keys that the listener of `openTestIntake` knows, by their secret. */
export const KEYS: Readonly<Record<string, MachineKey>> = {
  'secret-a': { id: 'key-a', unitId: 'tianhe', systemId: 'portal', scopes: ['ingest'] },
  'secret-b': { id: 'key-b', unitId: 'root', systemId: null, scopes: ['ingest', 'findings'] },
  'secret-read': { id: 'key-r', unitId: 'root', systemId: null, scopes: ['read'] },
}

/** For tests of the intake alone: no rule puts anything together. */
export const noCorrelation = (folder: string): IntakeOptions['correlation'] => ({
  file: join(folder, 'correlation.state'),
  rules: [],
  limits: { groups: 1_000, hold: 0, late: 0 },
  fire: async () => undefined,
})

export interface TestIntake {
  readonly folder: string
  readonly intake: Intake
  readonly listener: HttpListener
  readonly url: string
  /** Hits of every delta applied, by lane. */
  readonly hits: { lane: number; seq: number }[]
  readonly told: Happening[]
  /** Everything that is in the spool, as parsed lines, in order per lane. Settles first. */
  events(): Promise<SpoolEvent[]>
  close(): Promise<void>
}

export interface SpoolEvent {
  readonly '@timestamp': string
  readonly event: Record<string, unknown> & { id: string; original: string; kind: string }
  readonly suidun: { lane: number; seq: number; unit: { id: string }; system?: { id: string }; source: { id: string } }
  readonly rest: Record<string, unknown>
  readonly message?: string
  readonly host?: { name?: string }
}

/** Real lanes and a real listener in a temporary folder (or a given one, which is then kept). */
export async function openTestIntake(
  options: {
    folder?: string
    lanes?: number
    parts?: URL
    applyDeltas?: (d: readonly SignalDelta[]) => Promise<void>
    correlation?: IntakeOptions['correlation']
  } = {},
): Promise<TestIntake> {
  const folder = options.folder ?? fs.mkdtempSync(join(os.tmpdir(), 'suidun-intake-'))
  const hits: { lane: number; seq: number }[] = []
  const told: Happening[] = []
  const tell = (what: Happening) => void told.push(what)
  const intake = await openIntake({
    folder: join(folder, 'spool'),
    lanes: options.lanes ?? 2,
    settings: { estate: { assets: [], datasets: [] }, rules: [], zoneOffset: 0 },
    applyDeltas:
      options.applyDeltas ??
      (async (deltas) => {
        for (const d of deltas) for (const h of d.hits) hits.push({ lane: d.lane, seq: h.seq })
      }),
    correlation: options.correlation ?? noCorrelation(folder),
    clock: Date.now,
    tell,
    parts: options.parts ?? new URL('./matchAllParts.ts', import.meta.url),
  })
  const listener = await openHttpListener({
    host: '127.0.0.1',
    port: 0,
    intake,
    authenticate: async (secret) => KEYS[secret],
    findings: async (key, body, query) => {
      if (query.get('target') === null) throw new AppError('FND-400', { problem: 'target is missing' })
      return { key: key.id, bytes: body.length, target: query.get('target') }
    },
    clusterId: 'AAAAAAAAAAAAAAAAAAAAAA',
    clock: Date.now,
    tell,
  })
  return {
    folder,
    intake,
    listener,
    url: `http://127.0.0.1:${listener.port}`,
    hits,
    told,
    async events() {
      await intake.settle()
      return intake
        .sealed()
        .flatMap((s) => fs.readFileSync(s.path, 'utf8').split('\n').slice(0, -1))
        .map((l) => JSON.parse(l) as SpoolEvent)
    },
    async close() {
      await listener.close()
      await intake.close()
      if (options.folder === undefined) fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}
