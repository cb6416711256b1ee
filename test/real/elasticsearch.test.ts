import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../core/evaluate.ts'
import type { StoredEvent } from '../../core/event.ts'
import type { Filter } from '../../core/filter.ts'
import { viewOfStored } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import { openElasticsearchEvents, storedDsl } from '../../store/index.ts'
import { type EventStoreEngine, eventStoreContract } from '../contract/event-store.ts'
import { eventStoreSearchContract } from '../contract/event-store-search.ts'
import { filters, storedEvents } from '../support/arbitraries.ts'
import { testElasticsearch } from '../support/elasticsearch.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'
import { ruleOfMap } from '../support/sigma.ts'
import { MODEL_LISTS, sigmaModels } from '../support/sigmaModel.ts'

const server = await testElasticsearch()

if (server === undefined) describe.skip('an event store on Elasticsearch', () => test('needs a server', () => {}))
else {
  const prefixes = new Set<string>()
  const prefixOf = (folder: string) => `test-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`

  afterAll(async () => {
    const client = new Client({ node: server.url })
    for (const prefix of prefixes) {
      const found = await client.indices.get({ index: `${prefix}-*` })
      for (const index of Object.keys(found)) await client.indices.delete({ index })
    }
    await client.close()
    await server.stop()
  })

  const engine: EventStoreEngine = {
    name: 'Elasticsearch',
    open: (folder) => {
      const prefix = prefixOf(folder)
      prefixes.add(prefix)
      return openElasticsearchEvents({ nodes: [server.url], prefix, clock: Date.now })
    },
    differences: {
      'one event per id across days':
        'an id is unique within an index, and the index is that of the day the segment was sealed on; the lane drops repeated ids before',
    },
    runs: 40,
  }
  eventStoreContract(engine)
  eventStoreSearchContract(engine)
  storedDslSuite(server.url, engine.open, prefixOf)
}

/** A search printed as Query DSL, sent as it is to the indices of an event store. */
function storedDslSuite(node: string, open: EventStoreEngine['open'], prefixOf: (folder: string) => string): void {
  describe('a search printed as Query DSL', () => {
    let folder: string
    let client: Client
    let events: StoredEvent[]
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'suidun-dsl-'))
      client = new Client({ node })
      events = fc.sample(storedEvents, { numRuns: 120, seed: 7 }).map((event, i) => identified(event, `e${i}`))
      const store = await open(folder)
      await store.load(writeSegment(folder, 's', events.map(lineOf)))
      await store.checkpoint()
      await store.close()
    })
    afterAll(async () => {
      await client?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    async function check(filter: Filter): Promise<boolean> {
      const { exact, query } = storedDsl(filter)
      const answer = await client.search({ index: `${prefixOf(folder)}-events`, query, size: 1000, _source: false })
      const found = answer.hits.hits.map((h) => h._id!)
      const expected = events
        .filter((e) => evaluate(filter, viewOfStored(e)))
        .map((e) => (e.ecs.event as { id: string }).id)
      if (exact) expect([...found].sort()).toEqual(expected.sort())
      else expect(found).toEqual(expect.arrayContaining(expected))
      return exact
    }

    test('finds what the plain evaluator finds, for random filters and rules: exactly, or candidates among which they are', async () => {
      let exact = 0
      await fc.assert(
        fc.asyncProperty(filters, sigmaModels, async (filter, { detection }) => {
          if (await check(filter)) exact++
          await check(compileRule(ruleOfMap(detection, MODEL_LISTS), NO_PIPELINES).filter)
        }),
        { numRuns: 60 },
      )
      expect(exact).toBeGreaterThan(5)
    })
  })
}
