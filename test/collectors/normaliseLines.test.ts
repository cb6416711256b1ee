import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import type { Framing, Origin } from '../../collectors/contract.ts'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import { viewOfStored } from '../../core/view.ts'

const FOLDER = new URL('../fixtures/lines/', import.meta.url)
const ORIGIN: Origin = {
  keyId: 'k',
  sourceId: 'syslog-udp:192.0.2.9',
  unitId: 'root',
  systemId: null,
  receivedAt: Date.UTC(2026, 10, 24, 6),
  address: '192.0.2.9',
}

interface Sample {
  readonly line: string
  readonly framing?: Framing
  readonly expect: Readonly<Record<string, unknown>>
  readonly absent?: readonly string[]
}

const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })

for (const file of readdirSync(FOLDER).filter((f) => f.endsWith('.yaml')))
  describe(`lines of ${file}`, () => {
    const samples = load(readFileSync(new URL(file, FOLDER), 'utf8')) as Sample[]
    it.each(samples.map((s, i) => [`${i + 1}: ${s.line.slice(0, 110)}`, s] as const))('%s', (_, sample) => {
      const draft = normalise(sample.line, sample.framing ?? 'syslog', ORIGIN)
      const view = viewOfStored({ ecs: draft.ecs, rest: draft.rest })
      const found = Object.fromEntries(Object.keys(sample.expect).map((name) => [name, view.get(name)]))
      expect(found).toEqual(sample.expect)
      for (const name of sample.absent ?? []) expect([name, view.get(name)]).toEqual([name, undefined])
      expect(view.get('event.original')).toBe(sample.line)
      expect(draft.error).toBeUndefined()
    })
  })

describe('times of lines', () => {
  const at = (line: string, received: string, zone = 'UTC') => {
    const normalise = createNormaliser({ estate: { assets: [], datasets: [] }, zone })
    const { ecs } = normalise(line, 'syslog', { ...ORIGIN, receivedAt: Date.parse(received) })
    const { source, tolerated } = (ecs.suidun as { time: { source: string; tolerated: boolean } }).time
    return `${ecs['@timestamp']} ${source} ${tolerated}`
  }

  it('a line of December that arrives in January belongs to the old year', () => {
    expect(at('<13>Dec 31 23:59:58 h a: x', '2027-01-01T00:00:03Z')).toBe('2026-12-31T23:59:58.000Z event true')
  })
  it('a line of January from a clock that runs ahead belongs to the new year', () => {
    expect(at('<13>Jan  1 00:01:00 h a: x', '2026-12-31T23:59:00Z')).toBe('2027-01-01T00:01:00.000Z event true')
  })
  it('29 February without a year finds its leap year', () => {
    expect(at('<13>Feb 29 12:00:00 h a: x', '2028-03-01T00:00:00Z')).toBe('2028-02-29T12:00:00.000Z event true')
  })
  it('a month old is handled, two months are kept but not tolerated', () => {
    expect(at('<13>Oct 25 06:00:00 h a: x', '2026-11-24T06:00:00Z')).toBe('2026-10-25T06:00:00.000Z event true')
    expect(at('<13>Sep 24 06:00:00 h a: x', '2026-11-24T06:00:00Z')).toBe('2026-09-24T06:00:00.000Z event false')
  })
  it('a clock more than five minutes ahead is kept but not tolerated', () => {
    expect(at('<13>Nov 24 06:04:59 h a: x', '2026-11-24T06:00:00Z')).toBe('2026-11-24T06:04:59.000Z event true')
    expect(at('<13>Nov 24 06:06:00 h a: x', '2026-11-24T06:00:00Z')).toBe('2026-11-24T06:06:00.000Z event false')
  })
  it('a time without zone is read in the zone of the deployment', () => {
    expect(at('<13>Nov 24 13:45:56 h a: x', '2026-11-24T06:00:00Z', '+08:00')).toBe(
      '2026-11-24T05:45:56.000Z event true',
    )
    expect(at('<13>Nov 24 13:45:56 h a: x', '2026-11-24T06:00:00Z', 'Asia/Shanghai')).toBe(
      '2026-11-24T05:45:56.000Z event true',
    )
    expect(at('<13>Jan  1 07:59:58 h a: x', '2027-01-01T00:00:03Z', 'Asia/Shanghai')).toBe(
      '2026-12-31T23:59:58.000Z event true',
    )
  })
  it('an IANA zone follows summer time', () => {
    expect(at('<13>Jul  1 12:00:00 h a: x', '2026-07-01T11:00:00Z', 'Europe/Berlin')).toContain(
      '2026-07-01T10:00:00.000Z',
    )
    expect(at('<13>Jan  1 12:00:00 h a: x', '2026-01-01T12:00:00Z', 'Europe/Berlin')).toContain(
      '2026-01-01T11:00:00.000Z',
    )
  })
  it('an unknown zone is refused when the normaliser is built', () => {
    expect(() => createNormaliser({ estate: { assets: [], datasets: [] }, zone: 'Nowhere/Town' })).toThrow(RangeError)
  })
  it('a day that does not exist is no time', () => {
    expect(at('<13>Feb 31 12:00:00 h a: x', '2026-11-24T06:00:00Z')).toBe('2026-11-24T06:00:00.000Z received true')
  })
})
