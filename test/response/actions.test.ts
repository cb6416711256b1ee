import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EVERYTHING, NOTHING, type Reader } from '../../core/access.ts'
import { type IncidentStatus, TRANSITIONS } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import {
  allowedTransitions,
  assignIncident,
  commentIncident,
  createResponder,
  findIncident,
  transitionIncident,
} from '../../response/index.ts'
import { openDocuments } from '../../store/index.ts'
import { tempFolder } from '../support/server.ts'

const clock = () => Date.parse('2026-11-24T08:00:00.000Z')
let folder: string
let docs: DocumentStore

beforeEach(async () => {
  folder = tempFolder('actions')
  docs = await openDocuments({ path: join(folder, 'documents.sqlite') })
  const responder = createResponder({
    docs,
    clock,
    estate: { unitCode: async () => 'YZ', systemLevel: async () => null },
    rule: () => ({ title: 'a rule', titleZh: '规则', level: 'high', tags: [] }),
  })
  await responder.apply([
    {
      lane: 0,
      ruleId: 'r',
      unitId: 'root',
      systemId: null,
      entity: 'user.name:li',
      window: clock(),
      hits: [{ seq: 1, time: clock(), id: 'e1' }],
      evidence: { ecs: {}, rest: {} },
    },
  ])
})
afterEach(async () => {
  await docs.close()
  rmSync(folder, { recursive: true, force: true })
})

const NUMBER = 'YZ-2026-0001'

function reader(may: boolean, sees = true): Reader {
  return {
    identity: {
      kind: 'account',
      id: 'a1',
      name: '沈禾',
      role: 'analyst',
      scopes: [],
      unitId: 'root',
      partyId: undefined,
    },
    scope: () => (sees ? EVERYTHING : NOTHING),
    can: () => may,
  }
}
const ctx = (may = true, sees = true) => ({ docs, clock, reader: reader(may, sees) })
const code = (p: Promise<unknown>) =>
  p.then(
    () => 'done',
    (e: { code: string }) => e.code,
  )

describe('working an incident', () => {
  test('status, assignee and comments stand in the story and in the audit trail', async () => {
    await transitionIncident(ctx(), NUMBER, 'triage', { version: 1 })
    await assignIncident(ctx(), NUMBER, { id: 'a2', name: '周岚' }, { version: 2 })
    await commentIncident(ctx(), NUMBER, '  已电话通知运维单位  ')
    const { doc, version } = (await findIncident(ctx(), NUMBER))!
    expect(version).toBe(4)
    expect(doc).toMatchObject({ status: 'triage', assigneeId: 'a2', assigneeName: '周岚' })
    expect(doc.timeline.map((t) => t.type)).toEqual(['opened', 'status', 'assigned', 'comment'])
    expect(doc.timeline.at(-1)).toMatchObject({ text: '已电话通知运维单位', by: { id: 'a1', name: '沈禾' } })
    const audit = await docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'asc']], first: 10 })
    expect(audit.rows.map((r) => r.doc.target)).toEqual(Array(4).fill({ kind: 'incident', id: NUMBER }))
    expect(audit.rows.map((r) => r.doc.action)).toEqual([
      'incident.opened',
      'incident.status_changed',
      'incident.assigned',
      'incident.commented',
    ])
    expect((await docs.verifyAudit()).broken).toBeUndefined()
  })

  test('an older version is refused and nothing is written', async () => {
    await transitionIncident(ctx(), NUMBER, 'triage', { version: 1 })
    expect(await code(transitionIncident(ctx(), NUMBER, 'closed', { version: 1 }))).toBe('DOC-409')
    expect((await findIncident(ctx(), NUMBER))!.doc.status).toBe('triage')
  })

  test('who does not see it is told that there is none, who may not act is refused', async () => {
    expect(await code(transitionIncident(ctx(true, false), NUMBER, 'triage', { version: 1 }))).toBe('DOC-404')
    expect(await code(transitionIncident(ctx(false), NUMBER, 'triage', { version: 1 }))).toBe('ACC-004')
    expect(allowedTransitions(reader(false), (await findIncident(ctx(), NUMBER))!.doc)).toEqual([])
  })

  test('a false positive needs a reason; empty and overlong comments are refused', async () => {
    expect(await code(transitionIncident(ctx(), NUMBER, 'false_positive', { version: 1, reason: ' ' }))).toBe('INC-401')
    expect(await code(commentIncident(ctx(), NUMBER, '  '))).toBe('DOC-400')
    expect(await code(commentIncident(ctx(), NUMBER, 'x'.repeat(4001)))).toBe('DOC-400')
    expect(await code(transitionIncident(ctx(), NUMBER, 'false_positive', { version: 1, reason: 'a drill' }))).toBe(
      'done',
    )
  })

  test('every step of the table can be taken and no other', async () => {
    const all = Object.keys(TRANSITIONS) as IncidentStatus[]
    for (const from of all)
      for (const to of all) {
        const stored = (await findIncident(ctx(), NUMBER))!
        const set = await docs.put('incident', stored.id, { ...stored.doc, status: from }, { version: stored.version })
        const expected = TRANSITIONS[from].includes(to) ? 'done' : 'INC-400'
        expect(
          `${from} ${to} ${await code(transitionIncident(ctx(), NUMBER, to, { version: set.version, reason: 'r' }))}`,
        ).toBe(`${from} ${to} ${expected}`)
      }
    for (const done of ['resolved', 'closed', 'false_positive'] as const) expect(TRANSITIONS[done]).toContain('triage')
  })
})
