import { createHash } from 'node:crypto'
import { Client } from '@elastic/elasticsearch'
import { afterAll, describe, test } from 'vitest'
import { openElasticsearchEvents } from '../../store/index.ts'
import { type EventStoreEngine, eventStoreContract } from '../contract/event-store.ts'
import { eventStoreSearchContract } from '../contract/event-store-search.ts'
import { testElasticsearch } from '../support/elasticsearch.ts'

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
}
