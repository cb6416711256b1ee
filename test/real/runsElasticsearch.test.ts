import { Client } from '@elastic/elasticsearch'
import { afterAll, describe, expect, test } from 'vitest'
import { openElasticsearchEvents } from '../../store/index.ts'
import { testElasticsearch } from '../support/elasticsearch.ts'
import { BRUTE, bursts, RunWorld, ruleText, shown, traffic } from '../support/runWorld.ts'

const elasticsearch = await testElasticsearch()
const PREFIX = 'test-runs'
const RULES = { probe: ruleText('probe', 'probe'), login: ruleText('login', 'login'), brute: BRUTE() }

describe.skipIf(elasticsearch === undefined)('runs over events in Elasticsearch', () => {
  const worlds: RunWorld[] = []
  afterAll(async () => {
    await Promise.all(worlds.map((w) => w.close()))
    const client = new Client({ node: elasticsearch!.url })
    for (const index of Object.keys(await client.indices.get({ index: `${PREFIX}-*` })))
      await client.indices.delete({ index })
    await client.close()
    await elasticsearch!.stop()
  })

  test('give the same as over events in the embedded store, however often', async () => {
    const events = await openElasticsearchEvents({ nodes: [elasticsearch!.url], prefix: PREFIX, clock: Date.now })
    const there = await RunWorld.open({ rules: RULES, events, sizes: { few: 0, perStep: 20 } })
    const here = await RunWorld.open({ rules: RULES })
    worlds.push(there, here)
    for (const w of worlds) {
      await w.use(['login'])
      await w.take([...traffic(0, 100), ...bursts(0, 100)].sort((a, b) => a.at - b.at))
      await w.use(['login', 'probe', 'failed', 'brute'], 100)
      const run = await w.run(['probe', 'login', 'brute'])
      expect(run.doc).toMatchObject({ status: 'done', problem: null })
    }
    const found = shown(await there.signals())
    expect(found.length).toBeGreaterThan(50)
    expect(found.some((s) => s.rule === 'brute')).toBe(true)
    expect(found).toEqual(shown(await here.signals()))
    await there.run(['probe', 'login', 'brute'])
    expect(shown(await there.signals())).toEqual(found)
  })
})
