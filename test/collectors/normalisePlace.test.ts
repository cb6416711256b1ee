import { describe, expect, it } from 'vitest'
import type { Origin } from '../../collectors/contract.ts'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import type { Asset, Dataset } from '../../core/model/index.ts'
import { ORIGIN } from '../support/preparedBothWays.ts'

const asset = (systemId: string, unitId: string, hostNames: string[], addresses: string[] = []): Asset => ({
  id: `${systemId}-${hostNames[0] ?? addresses[0]}`,
  systemId,
  unitId,
  hostNames,
  addresses,
  shared: false,
})
const dataset = (id: string, systemId: string, dataClass: Dataset['dataClass'], objects: string[]): Dataset => ({
  id,
  systemId,
  unitId: 'root',
  name: id,
  dataClass,
  objects,
})
const normalise = createNormaliser({
  estate: {
    assets: [
      asset('portal', 'root', ['portal-web-1', 'Portal-DB.gov.example'], ['10.1.0.0/16', '10.1.2.3']),
      asset('hub', 'root', ['hub-1', 'both'], ['10.1.2.0/24', '2001:db8::/32']),
      asset('office', 'root', ['both'], ['10.9.0.0/16']),
      asset('exchange', 'root', [], ['10.9.0.0/16']),
      asset('district-app', 'tianhe', ['tianhe-1'], ['10.7.0.0/16']),
    ],
    datasets: [
      dataset('citizens', 'portal', 'important', ['Citizen_Profile', 'shared_object']),
      dataset('news', 'portal', 'general', ['news', 'shared_object']),
      dataset('other', 'hub', 'important', ['citizen_profile']),
    ],
  },
})
const origin = (o: Partial<Origin> = {}): Origin => ({ ...ORIGIN, ...o })
const place = (payload: object, o?: Partial<Origin>) => {
  const { unit, system, dataset } = normalise(JSON.stringify(payload), 'json', origin(o)).ecs.suidun as {
    unit: { id: string }
    system?: { id: string }
    dataset?: { id: string }
  }
  return [unit.id, system?.id, dataset?.id]
}

describe('where an event belongs', () => {
  it('the key decides unit and system; a payload never does', () => {
    expect(
      place(
        { suidun: { unit: { id: 'tianhe' }, system: { id: 'hub' } }, host: { name: 'hub-1' } },
        { systemId: 'portal' },
      ),
    ).toEqual(['root', 'portal', undefined])
  })
  it('a host name picks the system, in any case, short or full', () => {
    expect(place({ host: { name: 'PORTAL-WEB-1' } })[1]).toBe('portal')
    expect(place({ 'host.name': 'portal-web-1.gov.example.' })[1]).toBe('portal')
    expect(place({ host: { name: 'portal-db' } })[1]).toBe('portal')
    expect(place({ host: 'hub-1' })[1]).toBe('hub')
    expect(place({ host: { hostname: 'hub-1' } })[1]).toBe('hub')
    expect(place({ host: { name: 'portal-db.other.example' } })[1]).toBeUndefined()
  })
  it('a name that two systems claim picks none', () => {
    expect(place({ host: { name: 'both' } })[1]).toBeUndefined()
  })
  it('an address picks the system of the narrowest range; two alike pick none', () => {
    expect(place({ host: { ip: ['10.1.9.9'] } })[1]).toBe('portal')
    expect(place({ host: { ip: ['10.1.2.9'] } })[1]).toBe('hub')
    expect(place({ host: { ip: ['10.1.2.3'] } })[1]).toBe('portal')
    expect(place({ host: { ip: '2001:db8::1' } })[1]).toBe('hub')
    expect(place({ host: { ip: ['10.9.1.1'] } })[1]).toBeUndefined()
  })
  it('systems of other units are out of reach, whatever the payload names', () => {
    expect(place({ host: { name: 'tianhe-1' } })).toEqual(['root', undefined, undefined])
    expect(place({ host: { name: 'portal-web-1', ip: ['10.7.0.1'] } }, { unitId: 'tianhe' })).toEqual([
      'tianhe',
      'district-app',
      undefined,
    ])
    expect(place({ host: { name: 'portal-web-1' } }, { unitId: 'tianhe' })).toEqual(['tianhe', undefined, undefined])
  })
  it("syslog without a host goes by the sender's address, with one never", () => {
    const system = (line: string) =>
      (normalise(line, 'syslog', origin({ address: '10.1.2.9' })).ecs.suidun as { system?: { id: string } }).system?.id
    expect(system('<13>app: text')).toBe('hub')
    expect(system('<13>Nov 24 05:00:00 unknown-host app: text')).toBeUndefined()
    expect(system('<13>Nov 24 05:00:00 portal-web-1 app: text')).toBe('portal')
  })
  it('the object of an audit log picks the dataset of its system, in any case, the most guarded first', () => {
    const audit = (object: unknown) => ({
      app: 'portal',
      action: 'export',
      user: 'li.na',
      host: 'portal-web-1',
      object,
    })
    expect(place(audit('citizen_profile'))).toEqual(['root', 'portal', 'citizens'])
    expect(place(audit('NEWS'))[2]).toBe('news')
    expect(place(audit('shared_object'))[2]).toBe('citizens')
    expect(place(audit('else'))[2]).toBeUndefined()
    expect(place({ ...audit('citizen_profile'), host: 'hub-1' })[2]).toBe('other')
    // A list does not fit the field; its data is guarded all the same.
    expect(place(audit(['news', 'citizen_profile']))[2]).toBe('citizens')
  })
})
