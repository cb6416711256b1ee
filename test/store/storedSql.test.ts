import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../core/evaluate.ts'
import type { StoredEvent } from '../../core/event.ts'
import { and, type Filter } from '../../core/filter.ts'
import { viewOfStored } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import { openEvents, storedSql } from '../../store/index.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'
import { ruleOfMap } from '../support/sigma.ts'
import { MODEL_LISTS, sigmaModels } from '../support/sigmaModel.ts'

describe('a search printed as SQL, run on the database of an event store', () => {
  let folder: string
  let events: StoredEvent[]
  let instance: DuckDBInstance
  let connection: DuckDBConnection
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'suidun-sql-'))
    events = fc
      .sample(storedEvents, { numRuns: 120, seed: 7 })
      .map((event, i) => identified(event, `e${i}`))
      .concat(identified({ ecs: { message: "it's \0 here" }, rest: { 'x y': 'a\0b' } }, 'nul'))
    const store = await openEvents({
      folder: join(folder, 'events'),
      segments: [folder],
      clock: Date.now,
      tell: () => {},
    })
    const { loaded } = await store.load(writeSegment(folder, 's', events.map(lineOf)))
    expect(loaded).toBe(events.length)
    await store.checkpoint()
    await store.close()
    instance = await DuckDBInstance.create(join(folder, 'events', 'events.duckdb'), { access_mode: 'READ_ONLY' })
    connection = await instance.connect()
  })
  afterAll(() => {
    connection?.closeSync()
    instance?.closeSync()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Whether it was exact; the ids that it finds are those for which the filter holds, at least. */
  async function check(filter: Filter): Promise<boolean> {
    const { exact, query } = await storedSql(filter)
    const found = (await connection.runAndReadAll(query)).getRowsJS().map(([id]) => id as string)
    const expected = events
      .filter((e) => evaluate(filter, viewOfStored(e)))
      .map((e) => (e.ecs.event as { id: string }).id)
    if (exact) expect([...found].sort()).toEqual(expected.sort())
    else expect(found).toEqual(expect.arrayContaining(expected))
    return exact
  }

  test('finds what the plain evaluator finds, for random filters: exactly, or candidates among which they are', async () => {
    let exact = 0
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        if (await check(filter)) exact++
      }),
      { numRuns: 300 },
    )
    expect(exact).toBeGreaterThan(150)
  })

  test('finds what random rules match', async () => {
    await fc.assert(
      fc.asyncProperty(sigmaModels, filters, async ({ detection }, routing) => {
        await check(and(compileRule(ruleOfMap(detection, MODEL_LISTS), NO_PIPELINES).filter, routing))
      }),
      { numRuns: 150 },
    )
  })

  test('takes any text as it is, and columns that no event has made yet', async () => {
    const term = (field: string, value: string): Filter => ({ op: 'term', field: [field], value, cased: true })
    expect(await check(term('message', "it's \0 here"))).toBe(true)
    expect(await check(term('x y', 'a\0b'))).toBe(true)
    expect(await check(term('container.name', "$1 '' $2"))).toBe(true)
  })
})
