import { join } from 'node:path'
import { Client } from '@elastic/elasticsearch'
import { afterAll, describe, expect, test } from 'vitest'
import { byPlace, play, raised, sheetOf } from '../support/demo.ts'
import { testElasticsearch } from '../support/elasticsearch.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

const elasticsearch = await testElasticsearch()
const LIMIT = 600_000

describe.skipIf(elasticsearch === undefined)('the demo with its events in Elasticsearch', () => {
  const folder = tempFolder('demo-elasticsearch')
  afterAll(async () => {
    removeFolder(folder)
    await elasticsearch?.stop()
  })

  test(
    'raises the same incidents, and its events are there',
    async () => {
      const url = elasticsearch!.url
      const env = {
        SUIDUN_STORE_EVENTS: 'elasticsearch',
        SUIDUN_ELASTICSEARCH_NODES: url,
        SUIDUN_ELASTICSEARCH_PREFIX: 'demotest',
      }
      const { server, ready } = await play({ data: join(folder, 'data'), env, limit: LIMIT }, '--seed', '11')
      const client = new Client({ node: url })
      try {
        expect(byPlace(await raised(server, ready.readKey))).toEqual(byPlace(await sheetOf('11')))
        const { count } = await client.count({ index: 'demotest-*' })
        expect(count).toBeGreaterThan(100_000)
      } finally {
        await server.stop()
        for (const index of Object.keys(await client.indices.get({ index: 'demotest-*' })))
          await client.indices.delete({ index })
        await client.close()
      }
    },
    2 * LIMIT,
  )
})
