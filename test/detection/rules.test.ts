import { describe, expect, it } from 'vitest'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import type { StoredEvent } from '../../core/event.ts'
import { viewOfStored } from '../../core/view.ts'
import { correlationTest } from '../../detection/correlate/correlationTest.ts'
import { describeCorrelation } from '../../detection/describe.ts'
import { loadPipelines, loadRules } from '../../detection/loadRules.ts'
import { createMatcher } from '../../detection/match.ts'
import type { Sample } from '../../detection/sidecar.ts'

const folder = (name: string) => new URL(`../../detection/${name}`, import.meta.url).pathname
const { pipelines, problems: broken } = loadPipelines(folder('pipelines'))
const { rules, correlations, refused, problems } = loadRules([folder('rules')], pipelines)
const signalling = correlations.filter((c) => c.signals)

const receivedAt = Date.parse('2026-11-24T12:00:00Z')
const origin = {
  keyId: 'key-1',
  sourceId: 'http:key-1',
  unitId: 'root',
  systemId: null,
  receivedAt,
  address: '10.0.0.1',
}
const normalise = createNormaliser({ estate: { assets: [], datasets: [] }, zone: '+08:00' })

function eventOf(sample: Sample): StoredEvent {
  if (sample.raw === undefined) return { ecs: sample.event as StoredEvent['ecs'], rest: {} }
  return eventOfLine(sample.raw, sample)
}

function eventOfLine(line: string, { framing }: Sample): StoredEvent {
  const draft = normalise(line, framing!, origin)
  expect(draft.error).toBeUndefined()
  return draft
}

describe('our own rules', () => {
  it('load without error or warning, and so do the pipelines', () => {
    expect(broken).toEqual([])
    expect(problems).toEqual([])
    expect(refused).toBe(0)
    expect(rules.length).toBeGreaterThanOrEqual(20)
    expect(signalling.length).toBeGreaterThanOrEqual(5)
  })

  it('each have a log source that a pipeline names', () => {
    for (const rule of rules) expect([rule.rule.id, rule.routed]).toEqual([rule.rule.id, true])
  })

  it('each have an ATT&CK technique and words in Chinese', () => {
    for (const { rule, sidecar } of [...rules, ...signalling.map((c) => ({ ...c, rule: c.correlation }))]) {
      expect(
        rule.tags.some((t) => /^attack\.t\d{4}/.test(t)),
        rule.title,
      ).toBe(true)
      expect(sidecar?.titleZh, rule.title).toMatch(/\p{Script=Han}/u)
      expect(sidecar?.descriptionZh, rule.title).toMatch(/\p{Script=Han}/u)
    }
  })

  for (const { rule, sidecar } of rules) {
    describe(rule.title, () => {
      it('has a sample that must match and one that must not', () => {
        expect(new Set(sidecar?.samples.map((s) => s.matches))).toEqual(new Set([true, false]))
      })

      const alone = createMatcher(rules.filter((r) => r.rule.id === rule.id))
      for (const sample of sidecar?.samples ?? []) {
        it(`${sample.matches ? 'matches' : 'does not match'}: ${sample.name}`, () => {
          const event = eventOf(sample)
          expect(alone.ofStored(event).length > 0, JSON.stringify(event)).toBe(sample.matches)
        })
        if (sample.matches && sidecar?.entity !== undefined)
          it(`names its entity: ${sample.name}`, () => {
            expect(valueAt(eventOf(sample), sidecar.entity!)).toBeTypeOf('string')
          })
      }
    })
  }

  for (const loaded of signalling) {
    const { correlation, sidecar } = loaded
    describe(correlation.title, () => {
      it('has samples over which it must fire and must not', () => {
        expect(new Set(sidecar?.samples.map((s) => s.matches))).toEqual(new Set([true, false]))
      })

      it('is about a field that it groups by', () => {
        expect(correlation.groupBy).toContain(sidecar?.entity)
      })

      it('is shown with its samples and what it does with them', () => {
        const options = { originOf: () => 'own' as const, eventOf, among: { rules, correlations } }
        const { samples } = describeCorrelation(loaded, new Map(), options)
        expect(samples.length).toBeGreaterThanOrEqual(2)
        expect(samples.map((v) => v.matches)).toEqual(samples.map((v) => v.mustMatch))
      })

      const fires = correlationTest(loaded, { rules, correlations })
      for (const sample of sidecar?.samples ?? [])
        it(`${sample.matches ? 'fires' : 'stays silent'}: ${sample.name}`, () => {
          const events = sample
            .raw!.trim()
            .split('\n')
            .map((line) => eventOfLine(line, sample))
          expect(fires(events.map(viewOfStored))).toBe(sample.matches)
        })
    })
  }
})

function valueAt(event: StoredEvent, path: string): unknown {
  let at: unknown = event.ecs
  for (const part of path.split('.')) at = (at as Record<string, unknown> | undefined)?.[part]
  return at ?? event.rest[path]
}
