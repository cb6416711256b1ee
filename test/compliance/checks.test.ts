import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ApiContext } from '../../api/context.ts'
import { searchFilter } from '../../api/schema/search.ts'
import { runCheck } from '../../compliance/index.ts'
import { EVERYTHING } from '../../core/access.ts'
import { digestOf } from '../../core/canonical.ts'
import { parseKql } from '../../core/kql.ts'
import { CHECK_TEXTS, checkText } from '../../core/messages/checks.ts'
import type { CheckRun, System } from '../../core/model/index.ts'
import {
  auditRecord,
  DAY,
  finding,
  HOUR,
  incident,
  iso,
  NOW,
  openWorld,
  portal,
  scan,
  signal,
  sshLogin,
} from './world.ts'

let world: Awaited<ReturnType<typeof openWorld>>
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

async function run(itemId: string, system: System = portal, now = NOW): Promise<CheckRun> {
  const result = await runCheck(system, itemId, { ...world.context, clock: () => now })
  const proposal = result.doc.proposal!
  expect(proposal.digest).toBe(digestOf({ query: proposal.query, rows: proposal.rows }))
  expect(proposal.rows.length).toBeLessThanOrEqual(50)
  for (const language of ['zh', 'en'] as const) {
    expect(Object.keys(CHECK_TEXTS[language])).toContain(proposal.why.key)
    expect(checkText(proposal.why, language)).not.toMatch(/[{}?]/)
  }
  return proposal
}
const outcome = async (...args: Parameters<typeof run>) => {
  const { state, why } = await run(...args)
  return [state, why.key]
}

describe('8.1.4.3.a: each host of the system sent authentication events in the last day', () => {
  test('cannot tell without hosts in the inventory, nor without any log', async () => {
    expect(await outcome('8.1.4.3.a')).toEqual(['cannot_tell', 'noHosts'])
    await world.addHosts()
    expect(await outcome('8.1.4.3.a')).toEqual(['cannot_tell', 'noLogs'])
  })

  test('fails while a host is silent, holds when all have sent, fails again when a day has passed for one', async () => {
    await world.addHosts()
    await world.send([sshLogin('web-1', NOW - 23 * HOUR), sshLogin('web-1', NOW - HOUR)])
    const silent = await run('8.1.4.3.a')
    expect(silent).toMatchObject({
      state: 'fails',
      why: { values: { hosts: 2, silent: 1, names: 'web-2' } },
      rowsSeen: 2,
    })
    expect(silent.rows).toEqual([
      { host: 'web-2', asset: 'web-2', events: 0 },
      { host: 'web-1', asset: 'web-1', events: 2 },
    ])
    await world.send([sshLogin('WEB-2', NOW - 23 * HOUR)])
    expect(await run('8.1.4.3.a')).toMatchObject({
      state: 'holds',
      rowsSeen: 3,
      why: { values: { hosts: 2, events: 3 } },
    })
    expect(await outcome('8.1.4.3.a', portal, NOW + 2 * HOUR)).toEqual(['fails', 'hostsSilent'])
  })

  test('other logs do not stand for authentication: then it fails', async () => {
    await world.addHosts()
    await world.send([`<30>1 ${iso(NOW - HOUR)} web-1 app 1 - - just saying`])
    expect(await outcome('8.1.4.3.a')).toEqual(['fails', 'hostsSilent'])
  })

  test('logs of another system do not count', async () => {
    await world.addHosts()
    await world.send([sshLogin('web-1', NOW - HOUR), sshLogin('web-2', NOW - HOUR)], NOW, 'hub')
    expect(await outcome('8.1.4.3.a')).toEqual(['cannot_tell', 'noLogs'])
  })

  test('its question can be put into the search again and finds what it counted', async () => {
    await world.addHosts()
    await world.send([sshLogin('web-1', NOW - HOUR), sshLogin('web-2', NOW - HOUR)])
    const { query, rowsSeen } = await run('8.1.4.3.a')
    const [, kql, range] = query.split(' | ') as [string, string, string]
    expect(range).toBe(`${iso(NOW - DAY)} <= @timestamp < ${iso(NOW)}`)
    const parsed = parseKql(kql)
    const time = { from: NOW - DAY, to: NOW }
    const { count } = await world.events.ask(EVERYTHING, { filter: parsed.filter!, time, ask: { kind: 'count' } })
    expect(count).toBe(rowsSeen)
  })
})

describe('8.1.4.3.b: audit records carry time, user, type and outcome', () => {
  test('cannot tell without audit records, holds when all are complete, fails when one is not', async () => {
    await world.send([`<30>1 ${iso(NOW - HOUR)} web-1 app 1 - - just saying`])
    expect(await outcome('8.1.4.3.b')).toEqual(['cannot_tell', 'noRecords'])
    await world.send([sshLogin('web-1', NOW - HOUR), auditRecord(NOW - HOUR)])
    const complete = await run('8.1.4.3.b')
    expect(complete).toMatchObject({ state: 'holds', rowsSeen: 2, why: { values: { records: 2 } } })
    expect(complete.rows).toContainEqual(
      expect.objectContaining({ time: iso(NOW - HOUR), user: '✓', type: 'export', outcome: 'success' }),
    )
    await world.send([auditRecord(NOW - HOUR, { user: undefined }), auditRecord(NOW - HOUR, { result: 'perhaps' })])
    await world.send([auditRecord(NOW - HOUR, { time: undefined })], NOW - 1_000)
    const lacking = await run('8.1.4.3.b')
    expect(lacking).toMatchObject({
      state: 'fails',
      rowsSeen: 5,
      why: { values: { records: 5, lacking: 3, noTime: 1, noUser: 1, noType: 0, noOutcome: 1 } },
    })
    expect(lacking.rows).toHaveLength(3)
  })

  test('records older than a day no longer count', async () => {
    await world.send([auditRecord(NOW - HOUR)])
    expect(await outcome('8.1.4.3.b', portal, NOW + DAY)).toEqual(['cannot_tell', 'noRecords'])
  })
})

/** A record that came in when it was written. */
const atItsTime = (at: number) => world.send([sshLogin('web-1', at)], at)

describe('8.1.5.4.d: the oldest stored record against six months', () => {
  test('cannot tell without any record', async () => {
    expect(await outcome('8.1.5.4.d')).toEqual(['cannot_tell', 'noLogs'])
  })

  test('fails for an old system whose records are young, holds once a record is six months old', async () => {
    await world.send([sshLogin('web-1', NOW - 10 * DAY)])
    expect(await run('8.1.5.4.d')).toMatchObject({
      state: 'fails',
      why: { key: 'keptTooShort', values: { oldest: iso(NOW - 10 * DAY), months: 6 } },
    })
    await atItsTime(Date.UTC(2026, 4, 24, 6, 0, 1))
    expect(await outcome('8.1.5.4.d')).toEqual(['fails', 'keptTooShort'])
    await atItsTime(Date.UTC(2026, 4, 24, 6))
    const kept = await run('8.1.5.4.d')
    expect(kept).toMatchObject({ state: 'holds', why: { key: 'kept' }, rowsSeen: 3 })
    expect(kept.rows[0]).toEqual({ oldest: '2026-05-24T06:00:00.000Z' })
  })

  test('a young system cannot tell, and records from before its start do not count', async () => {
    const young = { ...portal, since: iso(NOW - 30 * DAY) }
    await atItsTime(NOW - 10 * DAY)
    await atItsTime(NOW - 300 * DAY)
    expect(await outcome('8.1.5.4.d', young)).toEqual(['cannot_tell', 'young'])
    expect(await outcome('8.1.5.4.d', portal)).toEqual(['holds', 'kept'])
  })

  test('a system of unknown age cannot tell until a record is old enough', async () => {
    const ageless = { ...portal, since: null }
    await world.send([sshLogin('web-1', NOW - 10 * DAY)])
    expect(await outcome('8.1.5.4.d', ageless)).toEqual(['cannot_tell', 'ageUnknown'])
    await atItsTime(NOW - 190 * DAY)
    expect(await outcome('8.1.5.4.d', ageless)).toEqual(['holds', 'kept'])
  })

  test('a wrong clock does not turn it, however old it says that records are', async () => {
    await world.send([sshLogin('web-1', NOW - 200 * DAY), sshLogin('web-1', NOW - 9_000 * DAY)])
    expect(await outcome('8.1.5.4.d')).toEqual(['cannot_tell', 'broughtIn'])
    await world.send([sshLogin('web-1', NOW - 10 * DAY)])
    expect(await run('8.1.5.4.d')).toMatchObject({
      state: 'fails',
      why: { key: 'keptTooShort', values: { oldest: iso(NOW - 10 * DAY) } },
      rowsSeen: 1,
    })
    expect(await outcome('8.1.5.4.d', { ...portal, since: null })).toEqual(['cannot_tell', 'ageUnknown'])
  })

  test('an archive brought in late, without a gap, leaves it open; its own query finds the archive', async () => {
    await world.send([sshLogin('web-1', NOW - 10 * DAY)])
    const archive = Array.from({ length: 18 }, (_, i) => sshLogin('web-1', NOW - (40 + 10 * i) * DAY))
    await world.send(archive.slice(0, 14))
    expect(await outcome('8.1.5.4.d')).toEqual(['fails', 'keptTooShort'])
    await world.send(archive.slice(14))
    const open = await run('8.1.5.4.d')
    expect(open).toMatchObject({ state: 'cannot_tell', why: { key: 'broughtIn' }, rowsSeen: 18 })
    expect(open.rows[0]).toEqual({ oldest: iso(NOW - 210 * DAY) })
    await atItsTime(NOW - 190 * DAY)
    expect(await outcome('8.1.5.4.d')).toEqual(['holds', 'kept'])
  })
})

describe('8.1.4.4.e: no high vulnerability is overdue', () => {
  test('cannot tell while never scanned, also when the only report was of a failed run or of another system', async () => {
    expect(await outcome('8.1.4.4.e')).toEqual(['cannot_tell', 'neverScanned'])
    await world.docs.put('scan', 'a', scan(NOW, { doubt: 'the run failed' }), { version: 0 })
    await world.docs.put('scan', 'b', scan(NOW, { systemId: 'hub' }), { version: 0 })
    expect(await outcome('8.1.4.4.e')).toEqual(['cannot_tell', 'neverScanned'])
  })

  test('holds after a clean scan, fails with an overdue finding, holds again when it is fixed', async () => {
    await world.docs.put('scan', 'a', scan(NOW - DAY), { version: 0 })
    expect(await run('8.1.4.4.e')).toMatchObject({ state: 'holds', rowsSeen: 0, why: { values: { open: 0 } } })
    const fresh = finding({ firstSeen: iso(NOW - 29 * DAY) })
    await world.docs.put('finding', 'fresh', fresh, { version: 0 })
    expect(await run('8.1.4.4.e')).toMatchObject({ state: 'holds', rowsSeen: 1, why: { values: { open: 1 } } })
    await world.docs.put('finding', 'late', finding({}), { version: 0 })
    await world.docs.put('finding', 'late2', finding({ severity: 'critical', firstSeen: iso(NOW - 8 * DAY) }), {
      version: 0,
    })
    const late = await run('8.1.4.4.e')
    expect(late).toMatchObject({
      state: 'fails',
      rowsSeen: 3,
      why: { values: { overdue: 2, oldest: iso(NOW - 31 * DAY) } },
    })
    expect(late.rows.map((r) => r.severity)).toEqual(['high', 'critical'])
    await world.docs.put('finding', 'late', finding({ status: 'fixed' }), { version: 1 })
    await world.docs.put('finding', 'late2', finding({ severity: 'medium' }), { version: 1 })
    expect(await outcome('8.1.4.4.e')).toEqual(['holds', 'noneOverdue'])
  })

  test('an accepted risk does not count until its time is up', async () => {
    await world.docs.put('scan', 'a', scan(NOW), { version: 0 })
    const accepted = (until: string | null) =>
      finding({
        status: 'accepted',
        decision: { status: 'accepted', by: 'wu', at: iso(NOW - DAY), reason: 'isolated', until },
      })
    await world.docs.put('finding', 'f', accepted(null), { version: 0 })
    expect(await outcome('8.1.4.4.e')).toEqual(['holds', 'noneOverdue'])
    await world.docs.put('finding', 'f', accepted(iso(NOW - 1)), { version: 1 })
    expect(await outcome('8.1.4.4.e')).toEqual(['fails', 'overdue'])
  })

  test('a scan of long ago cannot tell', async () => {
    await world.docs.put('scan', 'a', scan(NOW - 93 * DAY), { version: 0 })
    expect(await outcome('8.1.4.4.e')).toEqual(['cannot_tell', 'scanStale'])
  })
})

describe('8.1.3.3.d: severe intrusions raised incidents', () => {
  test('cannot tell while none was seen; slight ones and those of other systems do not count', async () => {
    await world.docs.put('signal', 'low', signal({ level: 'medium', incidentId: 'i' }), { version: 0 })
    await world.docs.put('signal', 'hub', signal({ systemId: 'hub', incidentId: 'i' }), { version: 0 })
    await world.docs.put('signal', 'old', signal({ last: iso(NOW - 31 * DAY), incidentId: 'i' }), { version: 0 })
    expect(await outcome('8.1.3.3.d')).toEqual(['cannot_tell', 'noIntrusions'])
  })

  test('holds when each raised an incident, fails when one did not', async () => {
    await world.docs.put('incident', 'i1', incident('YZ-2026-0001'), { version: 0 })
    await world.docs.put('signal', 'a', signal({ incidentId: 'i1' }), { version: 0 })
    expect(await run('8.1.3.3.d')).toMatchObject({
      state: 'holds',
      rowsSeen: 1,
      rows: [{ incident: 'YZ-2026-0001', level: 'critical' }],
    })
    await world.docs.put('signal', 'b', signal({ level: 'high', ruleId: 'other' }), { version: 0 })
    expect(await run('8.1.3.3.d')).toMatchObject({
      state: 'fails',
      rowsSeen: 2,
      why: { values: { signals: 2, unraised: 1 } },
      rows: [{ incident: null, level: 'high' }],
    })
    await world.docs.put('signal', 'b', signal({ level: 'high', ruleId: 'other', incidentId: 'i2' }), { version: 1 })
    expect(await outcome('8.1.3.3.d')).toEqual(['holds', 'intrusionsRaised'])
  })

  test('a signal just counted may be on its way into an incident', async () => {
    await world.docs.put('signal', 'a', signal({ createdAt: iso(NOW - 60_000) }), { version: 0 })
    expect(await outcome('8.1.3.3.d')).toEqual(['cannot_tell', 'noIntrusions'])
    expect(await outcome('8.1.3.3.d', portal, NOW + HOUR)).toEqual(['fails', 'intrusionsUnraised'])
  })

  test('a storming rule is raised by its earlier signals, and only by them', async () => {
    await world.docs.put('signal', 'a', signal({ storming: true }), { version: 0 })
    expect(await outcome('8.1.3.3.d')).toEqual(['fails', 'intrusionsUnraised'])
    await world.docs.put('signal', 'b', signal({ incidentId: 'i' }), { version: 0 })
    expect(await outcome('8.1.3.3.d')).toEqual(['holds', 'intrusionsRaised'])
  })

  test('evidence of important data does not name whom a signal names', async () => {
    const data = { systemId: 'portal', unitId: 'root', name: 'x', objects: [] }
    await world.docs.put('dataset', 'people', { ...data, id: 'people', dataClass: 'important' }, { version: 0 })
    await world.docs.put('dataset', 'open', { ...data, id: 'open', dataClass: 'general' }, { version: 0 })
    const entity = 'user.name:li.na'
    for (const datasetId of ['people', 'open', 'unknown', null]) {
      await world.docs.put('signal', `s-${datasetId}`, signal({ entity, datasetId, incidentId: 'i' }), { version: 0 })
    }
    const { rows } = await run('8.1.3.3.d')
    expect(rows.map((r) => r.entity).sort()).toEqual([entity, entity, 'user.name:•••', 'user.name:•••'])
  })
})

describe('the question of a check finds its rows again', () => {
  /** How many the search finds, asked as the text says. */
  async function found({ query }: CheckRun): Promise<number> {
    const [of, kql, range] = query.split(' | ') as [string, string, string | undefined]
    if (of === 'events') {
      const { filter } = parseKql(kql)
      const [from, to] = range!.split(/ <= @timestamp < /).map((at) => Date.parse(at)) as [number, number]
      const { count } = await world.events.ask(EVERYTHING, {
        filter: filter!,
        time: { from, to },
        ask: { kind: 'count' },
      })
      return count
    }
    const context = { services: { clock: () => NOW } } as ApiContext
    return world.docs.count(of === 'signals' ? 'signal' : 'finding', {
      scope: EVERYTHING,
      filter: searchFilter(context, kql, {}),
    })
  }

  test('of audit records, complete or not', async () => {
    await world.send([
      sshLogin('web-1', NOW - HOUR),
      auditRecord(NOW - HOUR),
      `<30>1 ${iso(NOW - HOUR)} web-1 app 1 - - x`,
    ])
    const holds = await run('8.1.4.3.b')
    expect([holds.state, holds.rows.length, await found(holds)]).toEqual(['holds', 2, 2])
    await world.send([auditRecord(NOW - HOUR, { user: undefined }), auditRecord(NOW - HOUR, { result: 'perhaps' })])
    const fails = await run('8.1.4.3.b')
    expect([fails.state, fails.rows.length, fails.rowsSeen, await found(fails)]).toEqual(['fails', 2, 4, 2])
  })

  test('of how long records are kept', async () => {
    await world.send([sshLogin('web-1', NOW - 10 * DAY), sshLogin('web-1', NOW - 200 * DAY)])
    const fails = await run('8.1.5.4.d')
    expect([fails.state, fails.rowsSeen, await found(fails)]).toEqual(['fails', 1, 1])
  })

  test('of findings, overdue or not', async () => {
    await world.docs.put('scan', 'a', scan(NOW), { version: 0 })
    const accepted = (until: string) =>
      finding({
        status: 'accepted',
        firstSeen: iso(NOW - DAY),
        decision: { status: 'accepted', by: 'wu', at: iso(NOW - DAY), reason: 'isolated', until },
      })
    await world.docs.put('finding', 'open', finding({ firstSeen: iso(NOW - DAY) }), { version: 0 })
    await world.docs.put('finding', 'ended', accepted(iso(NOW - 1)), { version: 0 })
    await world.docs.put('finding', 'accepted', accepted(iso(NOW + DAY)), { version: 0 })
    await world.docs.put('finding', 'fixed', finding({ status: 'fixed' }), { version: 0 })
    const holds = await run('8.1.4.4.e')
    expect([holds.state, holds.rows.length, await found(holds)]).toEqual(['holds', 2, 2])
    await world.docs.put('finding', 'late', finding({}), { version: 0 })
    const fails = await run('8.1.4.4.e')
    expect([fails.state, fails.rows.length, await found(fails)]).toEqual(['fails', 1, 1])
  })

  test('of intrusions, raised or not', async () => {
    await world.docs.put('signal', 'a', signal({ incidentId: 'i1' }), { version: 0 })
    await world.docs.put('signal', 'stormed', signal({ storming: true }), { version: 0 })
    await world.docs.put('signal', 'waiting', signal({ createdAt: iso(NOW - 60_000) }), { version: 0 })
    const holds = await run('8.1.3.3.d')
    expect([holds.state, holds.rows.length, await found(holds)]).toEqual(['holds', 2, 2])
    await world.docs.put('signal', 'b', signal({ ruleId: 'other', storming: true }), { version: 0 })
    const fails = await run('8.1.3.3.d')
    expect([fails.state, fails.rows.length, await found(fails)]).toEqual(['fails', 1, 1])
  })
})
