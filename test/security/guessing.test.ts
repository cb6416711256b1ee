import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { canonicalJson, sha256hex } from '../../core/canonical.ts'
import type { Signal } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import { type Client, type Json, openWorld, type World } from '../api/world.ts'

let world: World
let masked: Client
let closed: Client
let signal: Stored<Signal>

beforeAll(async () => {
  world = await openWorld()
  masked = await world.signIn('analyst')
  closed = world.withKey(world.keys.read)
  const all = await world.docs.list('signal', { scope: EVERYTHING, sort: [], first: 100 })
  signal = all.rows.find((s) => s.doc.datasetId === 'population')!
})
afterAll(() => world?.close())

/** Whoever knows all of a signal but the name can try names; nothing that he is shown may tell that one fits. */
describe('the name in a signal of important data', () => {
  it('is not found by trying names against ids', async () => {
    const query = '{ signals(first: 100) { edges { node { id entity } } } incidents { edges { node { id entity } } } }'
    for (const reader of [masked, closed]) {
      const { signals, incidents } = await reader.data(query)
      const shown = signals.edges.map((e: Json) => e.node).find((n: Json) => n.id === signal.id)
      expect(shown.entity).toBe('user.name:***')
      const { ruleId, entity, unitId, systemId, window } = signal.doc
      const guess = sha256hex(canonicalJson(['signal', ruleId, entity, unitId, systemId, Date.parse(window)])).slice(
        0,
        32,
      )
      expect(JSON.stringify(signals)).not.toContain(guess)
      expect(JSON.stringify(incidents)).not.toContain(sha256hex(`incident:${guess}`).slice(0, 32))
    }
  })

  it('is not found by searching for digests of what is hidden', async () => {
    const count = 'query($q: String) { signals(query: $q) { totalCount } }'
    const { evidenceDigest } = signal.doc
    const others = (await world.docs.count('signal', { scope: EVERYTHING })) - 1
    for (const [q, found] of [
      [`evidenceDigest: "${evidenceDigest}"`, 0],
      [`"${evidenceDigest.slice(8, 30)}"`, 0],
      ['evidenceDigest: sha*', others],
    ])
      for (const reader of [masked, closed])
        expect([q, (await reader.data(count, { q })).signals.totalCount]).toEqual([q, found])
  })
})
