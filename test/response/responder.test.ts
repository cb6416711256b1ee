import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import type { Incident, Level, RetroGroup, Signal, SignalDelta } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { createResponder, STORM_BUDGET } from '../../response/index.ts'
import { openDocuments } from '../../store/index.ts'
import { tempFolder } from '../support/server.ts'

const T0 = Date.parse('2026-11-24T08:00:00.000Z')
const HOUR = 3_600_000
let now = T0
const clock = () => now

let folder: string
let docs: DocumentStore
const levels: Record<string, Level> = { low: 'low', high: 'high', info: 'info', crit: 'critical' }

beforeEach(async () => {
  now = T0
  folder = tempFolder('response')
  docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
})
afterEach(async () => {
  await docs.close()
  rmSync(folder, { recursive: true, force: true })
})

/** The store, but a document is not put of which that is so: as if the program was killed there. */
function killedWhen(isSo: (put: Parameters<DocumentStore['put']>) => boolean): typeof docs {
  return new Proxy(docs, {
    get: (target, name) => {
      const own = Reflect.get(target, name)
      if (typeof own !== 'function') return own
      if (name !== 'put') return own.bind(target)
      return (...put: Parameters<DocumentStore['put']>) =>
        isSo(put) ? Promise.reject(new Error('killed')) : target.put(...put)
    },
  })
}

function responder(store = docs) {
  return createResponder({
    docs: store,
    clock,
    estate: {
      unitCode: async (id) => (id === 'root' ? 'YZ' : 'TH'),
      systemLevel: async (id) => (id === 'portal' ? 3 : 2),
    },
    rule: (id) => ({
      title: `rule ${id}`,
      titleZh: `规则 ${id}`,
      level: levels[id] ?? 'medium',
      tags: ['attack.t1110'],
    }),
  })
}

function delta(over: Partial<SignalDelta> & { seqs?: number[]; at?: number } = {}): SignalDelta {
  const { seqs = [1], at = T0, ...rest } = over
  return {
    lane: 0,
    ruleId: 'low',
    unitId: 'root',
    systemId: null,
    entity: 'user.name:li',
    window: Math.floor(at / 300_000) * 300_000,
    hits: seqs.map((seq) => ({ seq, time: at + seq, id: `e${seq}` })),
    evidence: { ecs: { '@timestamp': new Date(at).toISOString(), event: { id: `e${seqs[0]}` } }, rest: {} },
    ...rest,
  }
}

async function signals(): Promise<Signal[]> {
  return (await docs.list('signal', { scope: EVERYTHING, sort: [['createdAt', 'asc']], first: 1000 })).rows.map(
    (r) => r.doc,
  )
}
async function incidents(): Promise<Incident[]> {
  return (await docs.list('incident', { scope: EVERYTHING, sort: [['number', 'asc']], first: 1000 })).rows.map(
    (r) => r.doc,
  )
}

function retroGroup(at: number): RetroGroup {
  const { ruleId, unitId, systemId, entity, window, evidence } = delta({ at })
  const hits = [{ lane: 0, seq: 9, id: `r${at}`, time: at, at }]
  return {
    ruleId,
    unitId,
    systemId,
    entity,
    window,
    evidence,
    digest: 'd',
    fresh: 1,
    maybe: 0,
    first: at,
    last: at,
    hits,
  }
}

async function setStatus(number: string, status: Incident['status']): Promise<void> {
  const { rows } = await docs.list('incident', { scope: EVERYTHING, sort: [['number', 'asc']], first: 1000 })
  const row = rows.find((r) => r.doc.number === number)!
  await docs.put('incident', row.id, { ...row.doc, status }, { version: row.version })
}

describe('counting', () => {
  test('a replay, cut into other deltas, counts every event once', async () => {
    const r = responder()
    await r.apply([delta({ seqs: [1, 2, 3] })])
    await r.apply([delta({ seqs: [1, 2] }), delta({ seqs: [3, 4] })])
    await responder().apply([delta({ seqs: [2, 3, 4, 5] })])
    const [s, ...more] = await signals()
    expect(more).toEqual([])
    expect(s).toMatchObject({ count: 5, positions: { 0: 5 }, eventIds: ['e1', 'e2', 'e3', 'e4', 'e5'] })
    expect(Date.parse(s!.first)).toBe(T0 + 1)
    expect(Date.parse(s!.last)).toBe(T0 + 5)
  })

  test('lanes count side by side, each by its own position', async () => {
    await responder().apply([delta({ seqs: [7] }), delta({ lane: 1, seqs: [3] }), delta({ lane: 1, seqs: [3, 4] })])
    expect(await signals()).toMatchObject([{ count: 3, positions: { 0: 7, 1: 4 } }])
  })

  test('keeps the first 20 event ids and one copy of the evidence with its digest', async () => {
    const seqs = Array.from({ length: 50 }, (_, i) => i + 1)
    await responder().apply([delta({ seqs })])
    const [s] = await signals()
    expect(s!.count).toBe(50)
    expect(s!.eventIds).toHaveLength(20)
    expect(s!.evidence.ecs).toMatchObject({ event: { id: 'e1' } })
    expect(s!.evidenceDigest).toMatch(/^sha-256:[0-9a-f]{64}$/)
  })

  test('another five minutes, rule, entity, unit or system is another signal', async () => {
    await responder().apply([
      delta(),
      delta({ at: T0 + 300_000 }),
      delta({ ruleId: 'high' }),
      delta({ entity: 'user.name:wang' }),
      delta({ unitId: 'th' }),
      delta({ systemId: 'portal' }),
    ])
    expect(await signals()).toHaveLength(6)
  })
})

describe('incidents', () => {
  test('join signals of one unit, system and entity up to 24 h apart, and no further', async () => {
    const r = responder()
    await r.apply([delta({ seqs: [1] })])
    await r.apply([delta({ seqs: [2], at: T0 + 23 * HOUR, ruleId: 'high' })])
    await r.apply([delta({ seqs: [3], at: T0 + 46 * HOUR })])
    expect(await incidents()).toMatchObject([
      { number: 'YZ-2026-0001', signalCount: 3, severity: 'high', title: 'rule high' },
    ])
    await r.apply([delta({ seqs: [4], at: T0 + 71 * HOUR })])
    expect((await incidents()).map((i) => [i.number, i.signalCount])).toEqual([
      ['YZ-2026-0001', 3],
      ['YZ-2026-0002', 1],
    ])
  })

  test('numbers are per unit', async () => {
    await responder().apply([delta(), delta({ unitId: 'th' })])
    expect((await incidents()).map((i) => i.number).sort()).toEqual(['TH-2026-0001', 'YZ-2026-0001'])
  })

  test('a system of protection level 3 raises severity one step, critical stays, level 2 does not', async () => {
    await responder().apply([
      delta({ systemId: 'portal', ruleId: 'low' }),
      delta({ systemId: 'portal', ruleId: 'crit', entity: 'a:1' }),
      delta({ systemId: 'portal', ruleId: 'info', entity: 'a:2' }),
      delta({ systemId: 'other', ruleId: 'low', entity: 'a:3' }),
    ])
    const by = Object.fromEntries((await incidents()).map((i) => [i.entity, [i.severity, i.severityWhy.raisedByLevel]]))
    expect(by).toEqual({
      'user.name:li': ['medium', 3],
      'a:1': ['critical', null],
      'a:2': ['low', 3],
      'a:3': ['low', null],
    })
  })

  test('a closed incident is not joined: the next signal opens a new one', async () => {
    const r = responder()
    await r.apply([delta()])
    const [row] = (await docs.list('incident', { scope: EVERYTHING, sort: [['number', 'asc']], first: 1 })).rows
    await docs.put('incident', row!.id, { ...row!.doc, status: 'closed' }, { version: row!.version })
    await r.apply([delta({ seqs: [2] })])
    expect(await incidents()).toHaveLength(1)
    await r.apply([delta({ seqs: [3], at: T0 + 300_000 })])
    expect(await incidents()).toHaveLength(2)
  })

  test('an open incident is joined also when another one was opened or joined since', async () => {
    const r = responder()
    await r.apply([delta()])
    await r.apply([delta({ seqs: [2], at: T0 - 72 * HOUR })])
    await r.apply([delta({ seqs: [3], at: T0 + 300_000 })])
    await r.apply([delta({ seqs: [4], at: T0 - 72 * HOUR + 300_000 })])
    await r.retro([retroGroup(T0 + 600_000)], 'run')
    await r.retro([retroGroup(T0 - 72 * HOUR + 600_000)], 'run')
    expect((await incidents()).map((i) => [i.number, i.signalCount])).toEqual([
      ['YZ-2026-0001', 3],
      ['YZ-2026-0002', 3],
    ])
  })

  test('one that was reopened is joined though a later one was closed', async () => {
    const r = responder()
    await r.apply([delta()])
    await setStatus('YZ-2026-0001', 'closed')
    await r.apply([delta({ seqs: [2], at: T0 + 300_000 })])
    await setStatus('YZ-2026-0002', 'closed')
    await setStatus('YZ-2026-0001', 'triage')
    await r.apply([delta({ seqs: [3], at: T0 + 600_000 })])
    expect((await incidents()).map((i) => [i.number, i.signalCount])).toEqual([
      ['YZ-2026-0001', 2],
      ['YZ-2026-0002', 1],
    ])
  })

  test('of several open ones that fit, the newest is joined; none of another unit, system or entity', async () => {
    const r = responder()
    await r.apply([delta({ systemId: 'portal' }), delta({ unitId: 'th' }), delta({ entity: 'user.name:LI' })])
    await r.apply([delta({ seqs: [2] })])
    await r.apply([delta({ seqs: [3], at: T0 + 30 * HOUR })])
    await r.apply([delta({ seqs: [4], at: T0 - 72 * HOUR })])
    await r.apply([delta({ seqs: [5], at: T0 + 15 * HOUR })])
    const mine = (await incidents()).filter(
      (i) => i.unitId === 'root' && i.systemId === null && i.entity === delta().entity,
    )
    expect(mine.map((i) => [Date.parse(i.first) - T0, i.signalCount])).toEqual([
      [2, 1],
      [15 * HOUR + 5, 2],
      [4 - 72 * HOUR, 1],
    ])
    expect((await incidents()).map((i) => i.signalCount).sort()).toEqual([1, 1, 1, 1, 1, 2])
  })

  test('a signal that a crash kept from learning its incident stays in that one, whatever came between', async () => {
    const r = responder()
    await r.apply([delta()])
    const untold = killedWhen(([kind, , doc]) => kind === 'signal' && (doc as Signal).incidentId !== null)
    const late = delta({ seqs: [2], at: T0 + 300_000 })
    await expect(responder(untold).apply([late])).rejects.toThrow('killed')
    await setStatus('YZ-2026-0001', 'closed')
    await responder().apply([delta({ lane: 1, at: T0 + 600_000 })])
    await responder().apply([late])
    expect((await incidents()).map((i) => [i.number, i.signalCount])).toEqual([
      ['YZ-2026-0001', 2],
      ['YZ-2026-0002', 1],
    ])
  })

  test('a crash while one is opened leaves nothing that another signal would open beside it', async () => {
    for (const before of ['setting', 'incident', 'signal'] as const) {
      const entity = `user.name:${before}`
      const dying = killedWhen(([kind, id, doc, { version }]) => {
        const at = before === 'setting' ? id.startsWith('open:') : kind === before && version < 2
        return at && (before === 'signal' ? (doc as Signal).incidentId !== null : true)
      })
      await expect(responder(dying).apply([delta({ entity })])).rejects.toThrow('killed')
      await responder().apply([delta({ entity, lane: 1, at: T0 + 300_000 })])
      await responder().apply([delta({ entity })])
      expect((await incidents()).filter((i) => i.entity === entity)).toMatchObject([{ signalCount: 2 }])
    }
  })

  test('many signals of one entity at once open one incident', async () => {
    const many = Array.from({ length: 60 }, (_, i) => delta({ seqs: [i + 1], at: T0 + i * 300_000 }))
    await responder().apply(many)
    expect(await incidents()).toMatchObject([{ signalCount: 60 }])
    expect(new Set((await signals()).map((s) => s.incidentId)).size).toBe(1)
  })

  test('a crash between any two writes opens no second incident, and going on completes all of it', async () => {
    for (let at = 1; ; at++) {
      const entity = `user.name:crash${at}`
      let writes = 0
      const dying = killedWhen(() => ++writes === at)
      const outcome = await responder(dying)
        .apply([delta({ entity })])
        .then(
          () => 'done',
          (e: Error) => e.message,
        )
      await responder().apply([delta({ entity })])
      const mine = (await signals()).filter((s) => s.entity === entity)
      const opened = (await incidents()).filter((i) => i.entity === entity)
      expect(mine).toMatchObject([{ count: 1, incidentId: expect.any(String) }])
      expect(opened).toMatchObject([{ signalCount: 1 }])
      if (outcome === 'done') {
        expect(at).toBeGreaterThan(4)
        break
      }
      expect(outcome).toBe('killed')
    }
  })

  test('a rule over its budget is storming: it counts on and opens nothing more', async () => {
    const entities = Array.from({ length: STORM_BUDGET + 15 }, (_, i) =>
      delta({ entity: `source.ip:10.0.0.${i}`, seqs: [i + 1] }),
    )
    const r = responder()
    await r.apply(entities)
    expect(await incidents()).toHaveLength(STORM_BUDGET)
    const all = await signals()
    expect(all.reduce((n, s) => n + s.count, 0)).toBe(STORM_BUDGET + 15)
    expect(all.filter((s) => s.storming)).toHaveLength(15)
    expect(all.filter((s) => s.storming && s.incidentId !== null)).toEqual([])
    await r.apply([delta({ entity: 'source.ip:10.0.1.1', ruleId: 'high', seqs: [99] })])
    expect(await incidents()).toHaveLength(STORM_BUDGET + 1)
  })
})
