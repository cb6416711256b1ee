import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Identity, Subject } from '../../core/access.ts'
import { evaluate } from '../../core/evaluate.ts'
import type { AccessGrant, Dataset, Party, System, Unit } from '../../core/model/index.ts'
import { viewOfJson } from '../../core/view.ts'
import { compileReader } from '../../policies/compileReader.ts'
import { HIDDEN_IN_EVENTS } from '../../policies/important.ts'
import { KEY_SCOPES, loadRoles, ROLES } from '../../policies/loadRoles.ts'
import type { Facts } from '../../policies/sets.ts'

const NOW = Date.parse('2026-11-24T06:00:00.000Z')
const roles = loadRoles()

const unit = (id: string, parentId: string | null): Unit => ({
  id,
  name: id,
  kind: 'department',
  parentId,
  code: id.toUpperCase(),
})
const system = (id: string, unitId: string): System => ({
  kind: 'system',
  id,
  unitId,
  name: id,
  level: 3,
  informationLevel: 3,
  serviceLevel: 3,
  cloud: true,
  since: null,
})
const dataset = (id: string, dataClass: Dataset['dataClass']): Dataset => ({
  id,
  systemId: 's1',
  unitId: 'a',
  name: id,
  dataClass,
  objects: [],
})
const party: Party = {
  id: 'p',
  name: 'p',
  operates: [
    { systemId: 's1', from: '2026-01-01T00:00:00.000Z', until: null },
    { systemId: 's2', from: '2026-01-01T00:00:00.000Z', until: '2026-11-24T06:00:00.000Z' },
    { systemId: 's3', from: '2026-11-24T06:00:00.001Z', until: null },
  ],
}
const grant = (what: AccessGrant['what'], until = '2026-12-01T00:00:00.000Z'): AccessGrant => ({
  kind: 'grant',
  accountId: 'me',
  unitId: 'root',
  what,
  reason: 'r',
  from: '2026-11-01T00:00:00.000Z',
  until,
  grantedBy: 'g',
  revokedAt: null,
})
const facts = (grants: AccessGrant[] = []): Facts => ({
  units: [unit('root', null), unit('a', 'root'), unit('a1', 'a'), unit('b', 'root')],
  parties: [party],
  systems: [system('s1', 'a'), system('s2', 'a1'), system('s3', 'b')],
  datasets: [
    dataset('open', 'general'),
    dataset('vip', 'important'),
    dataset('unclassified', null),
    dataset('core', 'core'),
  ],
  grants,
  now: NOW,
})

const identities: Identity[] = [
  ...ROLES.flatMap((role) =>
    ['root', 'a', 'nowhere'].map(
      (unitId): Identity => ({ kind: 'account', id: 'me', name: 'me', role, scopes: [], unitId, partyId: 'p' }),
    ),
  ),
  ...KEY_SCOPES.map(
    (s): Identity => ({
      kind: 'key',
      id: 'k',
      name: 'k',
      role: undefined,
      scopes: [s],
      unitId: 'a',
      partyId: undefined,
    }),
  ),
]

const unitId = fc.constantFrom('root', 'a', 'a1', 'b', 'gone')
const systemId = fc.constantFrom(null, 's1', 's2', 's3', 'gone')
const datasetId = fc.constantFrom(null, 'open', 'vip', 'unclassified', 'core', 'gone')
const entity = fc.constantFrom('-', 'user.name:zhang', 'source.ip:10.0.0.1', 'account:li', 'user.name:source.ip:1')
const documents: Record<Subject, fc.Arbitrary<Record<string, unknown>>> = {
  event: fc.record({ unit: unitId, system: systemId, dataset: datasetId }, { requiredKeys: [] }).map((e) => ({
    suidun: {
      ...(e.unit === undefined ? {} : { unit: { id: e.unit } }),
      ...(e.system == null ? {} : { system: { id: e.system } }),
      ...(e.dataset == null ? {} : { dataset: { id: e.dataset } }),
    },
  })),
  signal: fc.record({ unitId, systemId, datasetId, entity }, { requiredKeys: [] }),
  incident: fc.record(
    {
      unitId,
      systemId,
      datasetIds: fc.array(
        datasetId.filter((d) => d !== null),
        { maxLength: 2 },
      ),
      entity,
    },
    { requiredKeys: ['entity'] },
  ),
  finding: fc.record({ unitId, systemId }, { requiredKeys: [] }),
  result: fc.record({ unitId, systemId }, { requiredKeys: [] }),
  system: fc.record({ id: systemId.filter((s) => s !== null), unitId }, { requiredKeys: [] }),
  unit: fc.record({ id: unitId }, { requiredKeys: [] }),
  account: fc.record({ unitId, role: fc.constantFrom(...ROLES) }, { requiredKeys: [] }),
  key: fc.record({ unitId, systemId }, { requiredKeys: [] }),
  grant: fc.record({ unitId }, { requiredKeys: [] }),
  audit: fc.record({ unitId }, { requiredKeys: [] }),
  collector: fc.record({ unitId }, { requiredKeys: [] }),
  rule: fc.record({ unitId }, { requiredKeys: [] }),
  exception: fc.record({ unitId }, { requiredKeys: [] }),
}
const subjects = Object.keys(documents) as Subject[]
const grants = fc.constantFrom<AccessGrant[]>(
  [],
  [grant({ dataset: 'vip' })],
  [grant({ system: 's3' })],
  [
    grant({ dataset: 'vip' }, '2026-11-24T05:00:00.000Z'),
    { ...grant({ system: 's3' }), revokedAt: '2026-11-02T00:00:00.000Z' },
  ],
)
const cases = fc
  .constantFrom(...subjects)
  .chain((subject) => fc.tuple(fc.constant(subject), documents[subject], fc.constantFrom(...identities), grants))

describe('policies compiled to filters', () => {
  it('decide every document as CASL does, by grants that never overlap', () => {
    fc.assert(
      fc.property(cases, ([subject, document, identity, own]) => {
        const reader = compileReader(roles, identity, facts(own))
        const view = viewOfJson(document)
        for (const action of ['read', 'assign', 'comment', 'create', 'import', 'switch', 'run', 'end'] as const) {
          const admitting = reader.scope(subject, action).grants.filter((g) => evaluate(g.rows, view))
          expect(admitting.length).toBeLessThanOrEqual(1)
          expect(admitting.length === 1).toBe(reader.can(action, subject, document))
        }
      }),
      { numRuns: 5000 },
    )
  })

  const read = (identity: Partial<Identity>, subject: Subject, document: object, own: AccessGrant[] = []) => {
    const me: Identity = {
      kind: 'account',
      id: 'me',
      name: 'me',
      role: 'analyst',
      scopes: [],
      unitId: 'root',
      partyId: 'p',
      ...identity,
    }
    const admitting = compileReader(roles, me, facts(own))
      .scope(subject)
      .grants.filter((g) => evaluate(g.rows, viewOfJson(document)))
    return admitting[0]?.hidden
  }
  const event = (unit: string, system?: string, data?: string) => ({
    suidun: { unit: { id: unit }, ...(system && { system: { id: system } }), ...(data && { dataset: { id: data } }) },
  })

  it('shows a unit its subtree and nothing beside or above it', () => {
    expect(read({ role: 'unit_user', unitId: 'a' }, 'event', event('a1'))).toEqual([])
    expect(read({ role: 'unit_user', unitId: 'a' }, 'event', event('b'))).toBeUndefined()
    expect(read({ role: 'unit_user', unitId: 'a' }, 'event', event('root'))).toBeUndefined()
    expect(read({ role: 'analyst', unitId: 'nowhere' }, 'event', event('nowhere'))).toBeUndefined()
  })

  it('shows a contractor what his party operates now, not before or after', () => {
    const contractor = { role: 'contractor', unitId: 'root' } as const
    expect(read(contractor, 'event', event('a', 's1'))).toEqual([])
    expect(read(contractor, 'event', event('a1', 's2'))).toBeUndefined()
    expect(read(contractor, 'event', event('b', 's3'))).toBeUndefined()
    expect(read(contractor, 'event', event('a'))).toBeUndefined()
    expect(read({ ...contractor, partyId: undefined }, 'event', event('a', 's1'))).toBeUndefined()
  })

  it('hides names and raw lines of important, core and unclassified data, and of datasets nobody knows', () => {
    for (const data of ['vip', 'core', 'unclassified', 'gone'])
      expect(read({}, 'event', event('a', 's1', data))).toEqual(HIDDEN_IN_EVENTS)
    expect(read({}, 'event', event('a', 's1', 'open'))).toEqual([])
    expect(read({}, 'event', event('a', 's1', 'vip'), [grant({ dataset: 'vip' })])).toEqual([])
    expect(read({}, 'event', event('a', 's1', 'core'), [grant({ dataset: 'vip' })])).toEqual(HIDDEN_IN_EVENTS)
    expect(read({}, 'event', event('a', 's1', 'vip'), [grant({ dataset: 'vip' }, '2026-11-24T06:00:00.000Z')])).toEqual(
      HIDDEN_IN_EVENTS,
    )
    expect(HIDDEN_IN_EVENTS).toEqual(expect.arrayContaining(['user.name', 'event.original', 'message', 'related.user']))
  })

  it('hides who it was in signals and incidents of such data, not which machine', () => {
    expect(read({}, 'signal', { unitId: 'a', datasetId: 'vip', entity: 'user.name:zhang' })).toContain('entity')
    expect(read({}, 'signal', { unitId: 'a', datasetId: 'vip', entity: 'source.ip:10.0.0.1' })).not.toContain('entity')
    expect(read({}, 'signal', { unitId: 'a', datasetId: 'vip', entity: '-' })).toContain('evidence.rest')
    expect(read({}, 'incident', { unitId: 'a', datasetIds: ['open', 'vip'], entity: 'user.name:zhang' })).toEqual([
      'entity',
    ])
    expect(read({}, 'incident', { unitId: 'a', datasetIds: ['open'], entity: 'user.name:zhang' })).toEqual([])
  })

  it('gives a reading key no event of important data and no copy of one', () => {
    const key = { kind: 'key', role: undefined, scopes: ['read'], unitId: 'root' } as const
    expect(read(key, 'event', event('a', 's1', 'vip'))).toBeUndefined()
    expect(read(key, 'event', event('a', 's1', 'open'))).toEqual([])
    expect(read(key, 'signal', { unitId: 'a', datasetId: 'vip', entity: 'source.ip:1.1.1.1' })).toEqual([
      'evidence',
      'evidenceDigest',
      'eventIds',
      'correlation.group.value',
    ])
    expect(read({ ...key, scopes: ['ingest', 'findings'] }, 'event', event('a'))).toBeUndefined()
  })

  it('gives administrators no business data', () => {
    for (const role of ['system_admin', 'security_admin', 'audit_admin'] as const) {
      const me: Identity = {
        kind: 'account',
        id: 'me',
        name: 'me',
        role,
        scopes: [],
        unitId: 'root',
        partyId: undefined,
      }
      const reader = compileReader(roles, me, facts())
      for (const subject of ['event', 'signal', 'incident', 'finding', 'system', 'result', 'rule'] as const) {
        expect(reader.scope(subject).grants).toEqual([])
        expect(reader.can('read', subject)).toBe(false)
      }
    }
  })

  it('shares a system sideways for as long as the grant holds', () => {
    expect(read({ unitId: 'a' }, 'event', event('b', 's3'))).toBeUndefined()
    expect(read({ unitId: 'a' }, 'event', event('b', 's3'), [grant({ system: 's3' })])).toEqual([])
    expect(
      read({ unitId: 'a' }, 'incident', { unitId: 'b', systemId: 's3', entity: '-' }, [grant({ system: 's3' })]),
    ).toEqual([])
  })
})
