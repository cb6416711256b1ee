import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { SnapshotFile } from '../../app/correlation/snapshotFile.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

const folder = tempFolder('snapshot')
afterAll(() => removeFolder(folder))

/** Some megabytes in more pieces than one, with characters of several bytes at all places. */
const groups = Array.from({ length: 3_000 }, (_, i) => [i, { values: ['x'.repeat(i % 7), '登录\n'.repeat(300)] }])
const kept = { spool: 's', correlator: { version: 2, positions: { 0: 7 }, state: { now: 1 }, groups }, outbox: [] }
const path = join(folder, 'state')
const read = () => {
  const told: string[] = []
  return [new SnapshotFile(path, 's').read((problem) => told.push(problem)), told]
}

test('what is written is read, however many pieces it takes', async () => {
  await new SnapshotFile(path, 's').write(kept)
  expect(read()).toEqual([kept, []])
  await new SnapshotFile(path, 's').write({ ...kept, correlator: { ...kept.correlator, groups: [] } })
  expect(read()).toEqual([{ ...kept, correlator: { ...kept.correlator, groups: [] } }, []])
})

test('it is as it was when it was to be written', async () => {
  const groups: unknown[] = [['a', 1]]
  const correlator = { ...kept.correlator, groups }
  const writing = new SnapshotFile(path, 's').write({ ...kept, correlator })
  groups.push(['b', 2])
  await writing
  expect(read()[0]).toMatchObject({ correlator: { groups: [['a', 1]] } })
})

test('one that is cut off, changed, empty or of another version is set aside', async () => {
  const damage: readonly (() => void)[] = [
    () => truncateSync(path, readFileSync(path).length - 500_000),
    () => writeFileSync(path, readFileSync(path).fill('y', 2_000_000, 2_000_001)),
    () => writeFileSync(path, ''),
    () => writeFileSync(path, readFileSync(path, 'utf8').replace('correlation-2', 'correlation-1')),
  ]
  for (const [i, change] of damage.entries()) {
    await new SnapshotFile(path, 's').write(kept)
    change()
    const told = [i === 3 ? 'it is not of this version' : 'its digest is another']
    expect(read()).toEqual([undefined, told])
    expect(read()).toEqual([undefined, []])
  }
})
