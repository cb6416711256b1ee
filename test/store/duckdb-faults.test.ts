import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { ALL } from '../../core/filter.ts'
import type { EventStore } from '../../core/ports.ts'
import { openEvents } from '../../store/index.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'

const folder = mkdtempSync(join(tmpdir(), 'suidun-full-'))
const disk = join(folder, 'disk')
mkdirSync(disk)
const mounted = mount()
afterAll(() => {
  if (mounted) execFileSync('umount', ['-l', disk])
  rmSync(folder, { recursive: true, force: true })
})

function mount(): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'none', disk], { stdio: 'ignore' })
    return true
  } catch {
    if (process.env.CI === 'true') throw new Error('this machine may not mount a tmpfs: the full-disk test cannot run')
    console.warn('SKIPPED: DuckDB on a full disk: no tmpfs may be mounted here (needs root)')
    return false
  }
}

const open = (path: string) => openEvents({ folder: path, segments: [folder], clock: Date.now, tell: () => {} })
const count = async (store: EventStore) =>
  (await store.ask(EVERYTHING, { filter: ALL, time: {}, ask: { kind: 'count' } })).count
const fill = (left: number) => {
  const { bavail, bsize } = statfsSync(disk)
  writeFileSync(join(disk, `filler-${left}`), Buffer.alloc(Math.max(0, bavail * bsize - left)))
}
const makeRoom = () => {
  for (const name of readdirSync(disk)) if (name.startsWith('filler')) rmSync(join(disk, name))
}

describe.skipIf(!mounted)('DuckDB on a full disk', () => {
  const LINES = 500
  const segment = (n: number) =>
    writeSegment(
      folder,
      `s${n}`,
      Array.from({ length: LINES }, (_, i) => {
        const noise = Array.from({ length: 60 }, (_, j) => Math.sin(n * 7919 + i * 61 + j)).join(' ')
        return lineOf(identified({ ecs: { message: noise }, rest: {} }, `${n}-${i}`))
      }),
    )

  test('refuses whole segments, loses none, and goes on when there is room, also after a crash', async () => {
    const store = await open(join(disk, 'events'))
    let loaded = 0
    const load = async (n: number) => {
      const { loaded: lines } = await store.load(segment(n))
      expect(lines).toBe(LINES)
      loaded++
    }
    await load(0)
    fill(3_000_000)
    let next = 1
    await expect(
      (async () => {
        for (;;) await load(next++)
      })(),
    ).rejects.toThrow(/No space left/)
    expect(await count(store)).toBe(loaded * LINES)
    fill(0)
    await expect(store.load(segment(next))).rejects.toThrow(/No space left/)
    // This makes the engine give up on itself; the store opens it again.
    await expect(store.checkpoint()).rejects.toThrow(/No space left/)
    expect(await count(store)).toBe(loaded * LINES)
    makeRoom()
    for (let n = loaded; n < loaded + 3; n++) await store.load(segment(n))
    expect(await count(store)).toBe((loaded + 3) * LINES)
    const image = join(folder, 'image')
    for (const name of ['events.duckdb', 'events.duckdb.wal']) cpSync(join(disk, 'events', name), join(image, name))
    await store.checkpoint()
    await store.close()
    for (const path of [image, join(disk, 'events')]) {
      const again = await open(path)
      expect(await count(again)).toBe((loaded + 3) * LINES)
      await again.close()
    }
  })
})
