import { EVERYTHING } from '../../core/access.ts'
import { parseAddress } from '../../core/address.ts'
import { and, type Filter, or, term } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import type { Asset, System } from '../../core/model/index.ts'
import type { TimeRange } from '../../core/query.ts'
import { type Check, type CheckContext, eventQuestion, finished, HOUR, THRESHOLDS } from './check.ts'

/** 8.1.4.3.a, audit is on and covers everybody: each host of the system sent authentication events in the last day. */
export const hostsAudited: Check = async (system, context) => {
  const at = context.clock()
  const { auditHours: hours } = context.thresholds ?? THRESHOLDS
  const time = { from: at - hours * HOUR, to: at }
  const ofSystem = term('suidun.system.id', system.id)
  const filter = and(ofSystem, term('event.category', 'authentication'))
  const query = eventQuestion(filter, time)
  const hosts = await hostsOf(system, context)
  if (hosts.length === 0) return finished(at, 'cannot_tell', 'noHosts', {}, { query, rowsSeen: 0, rows: [] })

  const count = async (f: Filter) =>
    (await context.events.ask(EVERYTHING, { filter: f, time, ask: { kind: 'count' } })).count
  const events = await count(filter)
  const counts = await countByHost(hosts, filter, time, context)
  const rows = hosts
    .map((h) => ({ host: h.hostNames[0] ?? h.addresses[0] ?? h.id, asset: h.id, events: counts.get(h.id) ?? 0 }))
    .sort((a, b) => a.events - b.events || (a.host < b.host ? -1 : 1))
  const evidence = { query, rowsSeen: events, rows }
  const silent = rows.filter((r) => r.events === 0)
  if (silent.length === 0)
    return finished(at, 'holds', 'hostsAudited', { hours, hosts: hosts.length, events }, evidence)
  if (events === 0 && (await count(ofSystem)) === 0) return finished(at, 'cannot_tell', 'noLogs', {}, evidence)
  const names = silent.slice(0, 10).map((r) => r.host)
  const values = {
    hours,
    hosts: hosts.length,
    silent: silent.length,
    names: names.join(', ') + (silent.length > 10 ? ' …' : ''),
  }
  return finished(at, 'fails', 'hostsSilent', values, evidence)
}

/** Assets that are machines: with a name or a single address. Ranges and bare shared addresses (NAT) are not. */
async function hostsOf(system: System, { docs }: CheckContext): Promise<Asset[]> {
  const page = await docs.list('asset', {
    scope: EVERYTHING,
    filter: term('systemId', system.id),
    sort: [],
    first: 10_000,
  })
  return page.rows
    .map((r) => r.doc)
    .filter((a) => a.hostNames.length > 0 || (!a.shared && a.addresses.some((x) => parseAddress(x) !== undefined)))
}

async function countByHost(
  hosts: readonly Asset[],
  filter: Filter,
  time: TimeRange,
  { events }: CheckContext,
): Promise<ReadonlyMap<string, number>> {
  const byName = new Map<string, number>()
  const ask = { kind: 'groups', by: ['host.name'], atLeast: 1, size: 10_000 } as const
  for (const { key, count } of (await events.ask(EVERYTHING, { filter, time, ask })).groups) {
    const name = fold(key[0] ?? '')
    byName.set(name, (byName.get(name) ?? 0) + count)
  }
  const counts = new Map<string, number>()
  for (const host of hosts) {
    const named = host.hostNames.reduce((n, name) => n + (byName.get(fold(name)) ?? 0), 0)
    // A sender may give its name elsewhere, or only its address.
    const found = named > 0 ? named : await countElsewhere(host, filter, time, events)
    counts.set(host.id, found)
  }
  return counts
}

async function countElsewhere(
  host: Asset,
  filter: Filter,
  time: TimeRange,
  events: CheckContext['events'],
): Promise<number> {
  const places = [
    ...host.hostNames.map((value): Filter => ({ op: 'term', field: ['host.hostname'], value, cased: false })),
    ...host.addresses
      .filter((a) => parseAddress(a) !== undefined)
      .map((cidr): Filter => ({ op: 'cidr', field: ['host.ip'], cidr })),
  ]
  const query = { filter: and(filter, or(...places)), time, ask: { kind: 'count' } } as const
  return (await events.ask(EVERYTHING, query)).count
}
