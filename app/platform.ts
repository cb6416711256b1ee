import { openHttpListener, openSyslogListener } from '../collectors/index.ts'
import type { Config } from '../core/config.ts'
import { madeOnce } from '../core/madeOnce.ts'
import type { EstateSnapshot } from '../core/model/index.ts'
import type { Clock, DocumentStore, EventStore } from '../core/ports.ts'
import { ensureRoot, estateSnapshot } from '../inventory/index.ts'
import { authenticateKey } from '../policies/index.ts'
import { createResponder } from '../response/index.ts'
import { openDocuments, openQuarantine } from '../store/index.ts'
import { Closing } from './closing.ts'
import { type FiringOptions, openFired, openFiring } from './correlation/openFiring.ts'
import { openEventStore } from './events.ts'
import type { Home } from './home.ts'
import { type Intake, openIntake } from './lane/pool.ts'
import { listening } from './listening.ts'
import { type Loader, startLoader } from './loader.ts'
import { readTls } from './readTls.ts'
import { openRules, type Rules } from './rules.ts'
import { EpochLog, runningRules } from './runs/epochLog.ts'
import { openRuns, running } from './runs/openRuns.ts'
import type { Runner } from './runs/runner.ts'
import { sharedEntities } from './sharedEntities.ts'
import { takeFindings } from './takeFindings.ts'
import type { Telemetry } from './telemetry.ts'
import { unitFacts } from './unitFacts.ts'
import { watchEstate } from './watchEstate.ts'

export interface PlatformOptions {
  readonly config: Config
  readonly home: Home
  readonly clock: Clock
  readonly telemetry: Telemetry
  /** Told of every incident that detection opens or changes. */
  readonly onIncident: (kind: 'opened' | 'changed', number: string) => void
  /** Told when systems, assets or datasets have changed. */
  readonly onEstate: () => void
}

/** The running machine room: everything but the console's port. */
export interface Platform {
  readonly docs: DocumentStore
  readonly events: EventStore
  readonly intake: Intake
  readonly rules: Rules
  readonly runs: Runner
  /** Address of the machines' entrance. */
  readonly ingest: string
  readonly syslog: { readonly udp: number; readonly tcp: number }
  /** Resolves when what the inventory says by now holds for every line that comes after. */
  lookAtEstate(): Promise<void>
  /** Resolves when all that was acknowledged by now is detected, put together and searchable. */
  settle(): Promise<void>
  close(): Promise<void>
}

/**
 * Opens stores, lanes and listeners, in this order; the order is the contract: a listener takes nothing before the lanes
 * have replayed what a crash left, and closing goes backwards.
 */
export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const closing = new Closing()
  try {
    return await open(options, closing)
  } catch (error) {
    await closing.close(() => undefined)
    throw error
  }
}

async function open(
  { config, home, clock, telemetry, onIncident, onEstate }: PlatformOptions,
  closing: Closing,
): Promise<Platform> {
  const { tell } = telemetry
  const docs = closing.add('documents', await openDocuments({ path: home.documents }), (d) => d.close())
  await ensureRoot(docs, { clock })
  const rules = closing.add('rules', await openRules({ config, docs, folder: home.rules, clock, tell }), (r) =>
    r.close(),
  )
  const events = closing.add('events', await openEventStore(config, home, { clock, tell }), (e) => e.close())
  const responder = createResponder({
    docs,
    clock,
    estate: unitFacts(docs),
    rule: (id) => rules.facts(id),
    onIncident: (kind, incident) => onIncident(kind, incident.doc.number),
  })
  let estate = await estateSnapshot(docs)
  const epochs = closing.add('epochs', await EpochLog.open({ docs, clock }), (e) => e.close())
  /** Must be known before a lane says from where on it uses them. */
  const announced = (): string => {
    const set = runningRules(running(rules.book), rules.settings.off)
    epochs.announce(set)
    return set.name
  }
  const settings = (now: EstateSnapshot) => ({
    estate: now,
    ...rules.settings,
    ruleSet: announced(),
    zoneOffset: config.timezone.offset,
  })
  const lookup: Omit<FiringOptions, 'responder' | 'clock'> = {
    events,
    estate: () => estate,
    entityField: (id) => rules.book.get(id)?.entity,
  }
  const fired = openFired(lookup)
  const { groups, hold, late } = config.correlation
  const intake: Intake = closing.add(
    'lanes',
    await openIntake({
      folder: home.spool,
      lanes: config.lanes,
      settings: settings(estate),
      applyDeltas: (deltas) => responder.apply(deltas),
      onRules: (lane, lanes, used) => epochs.report(lane, lanes, used),
      correlation: {
        file: home.correlation,
        rules: rules.book.correlations,
        limits: { groups, hold: hold * 1_000, late: late * 1_000 },
        fire: openFiring({ ...lookup, responder, clock }),
      },
      clock,
      tell,
    }),
    (i) => i.close(),
  )
  rules.onChange(() => intake.update(settings(estate), rules.book.correlations))
  const watch = await watchEstate(docs, async (now) => {
    estate = now
    await intake.update(settings(now), rules.book.correlations)
    onEstate()
  })
  closing.add('estate', watch, (w) => w.close())
  const quarantine = openQuarantine(home.quarantine, {
    clock,
    onDrop: (count) => tell('quarantine_dropped', {}, count),
  })
  closing.add('quarantine', quarantine, (q) => q.close())
  const loader: Loader = startLoader({ source: intake, store: events, quarantine, clock, tell })
  closing.add('loader', loader, (l) => l.close())

  const { host, port, tls } = config.ingest
  const machines = openHttpListener({
    host,
    port,
    ...(tls === undefined ? {} : { tls: readTls('ingest', tls) }),
    authenticate: (secret) => authenticateKey({ docs, clock }, secret),
    findings: takeFindings(docs, clock),
    intake,
    clock,
    // What shippers are shown as the cluster's id.
    clusterId: await madeOnce(docs, 'cluster-id', 16),
    tell,
  })
  const http = await listening('ingest', machines)
  closing.add('ingest', http, (l) => l.close())
  const datagrams = openSyslogListener({
    host: config.syslog.host,
    udpPort: config.syslog.udp.port,
    tcpPort: config.syslog.tcp.port,
    intake,
    unitId: config.syslog.unit,
    systemId: null,
    clock,
    tell,
  })
  const syslog = await listening('syslog', datagrams)
  closing.add('syslog', syslog, (l) => l.close())

  const runs = openRuns({
    docs,
    events,
    intake,
    loader,
    rules,
    epochs,
    responder,
    fired: (firings) => fired(firings, intake.find),
    shared: () => sharedEntities(estate),
    fillGaps: config.detection.fillGaps,
    clock,
    tell,
  })
  closing.add('runs', runs, (r) => r.close())

  return {
    docs,
    events,
    intake,
    rules,
    runs,
    ingest: `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${http.port}`,
    syslog: { udp: syslog.udpPort, tcp: syslog.tcpPort },
    lookAtEstate: watch.look,
    async settle() {
      await intake.settle()
      await Promise.all([intake.correlated(), loader.drain()])
    },
    close: () =>
      closing.close((step, error) =>
        tell('request_failed', { step, error: String(error instanceof Error ? error.stack : error) }),
      ),
  }
}
