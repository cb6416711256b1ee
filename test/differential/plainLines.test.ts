import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ALL, type Filter } from '../../core/filter.ts'
import { nest } from '../../core/nest.ts'
import { createLineExaminer } from '../../detection/index.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { choices, writeOddly } from '../support/jsonLines.ts'
import { bothWays } from '../support/preparedBothWays.ts'

const rule = fc.record({
  filter: filters,
  routing: fc.oneof({ weight: 2, arbitrary: fc.constant<Filter>(ALL) }, filters),
})
/** Rules that ask for nothing that the platform alone knows of an event. */
const rules = fc.array(
  rule.filter((r) => createLineExaminer([r]) !== undefined),
  { maxLength: 8 },
)

/** Such events as shippers send them: with a host, and with what happened; most without what makes a line one that is not plain. */
const documents = fc
  .tuple(
    storedEvents,
    fc.constantFrom({ action: 'a' }, { category: ['web', 'x'] }, { action: '', kind: 'alert' }),
    fc.integer({ min: 0, max: 5 }),
  )
  .map(([event, told, odd]) => {
    const { original: _, created: __, ...own } = (event.ecs.event ?? {}) as Record<string, unknown>
    const { suidun: ___, ...others } = event.ecs
    const host = { ...(event.ecs.host as object), name: 'web-1' }
    const ecs = { ...others, host, event: { ...own, ...told } }
    const rest = Object.entries(event.rest).filter(([name]) => !name.startsWith('user') && !name.startsWith('source'))
    if (odd === 0) return nest({ ecs, rest: Object.fromEntries(rest) } as never)
    return tidied(nest({ ecs, rest: Object.fromEntries(rest.filter(([name]) => PLAIN.test(name))) } as never))
  })

const PLAIN = /^[A-Za-z. _]+$/

/** Without empty lists, nulls and numbers of more digits than are told apart. */
function tidied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(tidied).filter((v) => v !== undefined)
  if (typeof value === 'number') return Math.abs(value) < 1e12 ? value : 7
  if (typeof value !== 'object' || value === null) return value ?? undefined
  const entries = Object.entries(value).filter(([name]) => name !== '__proto__')
  return Object.fromEntries(
    entries
      .map(([name, v]) => [name, tidied(v)])
      .filter(([, v]) => v !== undefined && !(Array.isArray(v) && v.length === 0)),
  )
}

describe('lines that are read as they come', () => {
  test('become the same events and match the same rules as when they are parsed, however they are written', () => {
    let plain = 0
    let all = 0
    fc.assert(
      fc.property(
        rules,
        fc.array(documents, { minLength: 1, maxLength: 8 }),
        choices,
        fc.constantFrom(0, 40, 400),
        (some, events, choose, usually) => {
          let count = 0
          const seldom = (below: number) => (usually === 0 || count++ % usually === usually - 1 ? choose(below) : 0)
          const lines = events.map((e) => writeOddly(e, usually === 0 ? choose : seldom).toWellFormed())
          all += lines.length
          plain += bothWays(some).compare(Buffer.from(lines.join('\n'))).length
        },
      ),
      { numRuns: 1_000 },
    )
    expect(plain / all).toBeGreaterThan(0.2)
  })
})
