import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { LaneEngine } from '../../app/lane/engine.ts'
import { createParts } from '../../app/lane/parts.ts'
import { idOf } from '../../collectors/intake/index.ts'
import { NODE_FILES, openLane } from '../../store/spool/index.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

test('who waits for all to be detected gets his answer also while lines wait to be prepared and for a slow disk', async () => {
  const folder = tempFolder('engine')
  const receiver = '0123456789abcdef'
  const sync = async (fd: number) => {
    await pause(100)
    await NODE_FILES.sync(fd)
  }
  const lane = await openLane(folder, { lane: 0, receiver, clock: Date.now, idOf, files: { ...NODE_FILES, sync } })
  const settings = { estate: { assets: [], datasets: [] }, rules: [], zoneOffset: 0 }
  const done: number[] = []
  const engine: LaneEngine = new LaneEngine({
    lane,
    receiver,
    parts: await createParts(settings, 0),
    clock: Date.now,
    events: {
      done: (ticket) => done.push(ticket),
      failed: (_, error) => expect.fail(error.message),
      deltas: () => expect.fail('there are no rules'),
      hits({ seq, hits }) {
        expect(hits).toEqual([])
        engine.taken()
        engine.covered(seq)
      },
      trouble: (error) => expect.fail(error.message),
    },
  })
  const origin = { keyId: 'k', sourceId: 'http:k', unitId: 'root', systemId: null, receivedAt: Date.now(), address: '' }
  const body = new TextEncoder().encode('{"message":"a"}\n{"message":"b"}\n')
  engine.take(1, { kind: 'lines', body, gzip: false, origin, idempotencyKey: undefined }, Date.now() + 60_000)
  await engine.settle()
  expect(done).toEqual([1])
  expect(lane.committed('detector')).toBe(2)
  await lane.close()
  removeFolder(folder)
})
