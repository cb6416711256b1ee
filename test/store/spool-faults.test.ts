import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { idOf } from '../../collectors/intake/index.ts'
import { NODE_FILES, openLane, openQuarantine, openSpool, type SpoolFiles } from '../../store/spool/index.ts'
import { fill, line, readAll } from '../contract/spool.ts'

const RECEIVER = '00112233445566ff'
let folder: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-spool-'))
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

const open = (options: Partial<Parameters<typeof openLane>[1]> = {}, at = folder) =>
  openLane(at, { lane: 0, receiver: RECEIVER, clock: Date.now, ...options })
const openFile = () => join(folder, fs.readdirSync(folder).find((f) => f.endsWith('.open'))!)
const full = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })

describe('after a crash', () => {
  test.each([
    ['half a line', Buffer.from('{"suidun":{"seq":4')],
    ['half a character', Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xe7, 0xa9])])],
    ['blocks that never reached the disk', Buffer.alloc(5_000)],
    [
      'a whole line with a hole in it, and half another',
      Buffer.concat([Buffer.from('{"a":"'), Buffer.alloc(100), Buffer.from('"}\n{"b')]),
    ],
    ['a line without its beginning', Buffer.from('q":4\n')],
  ])('%s at the end is cut off, and the numbers go on from the last whole line', async (_, tail) => {
    const lane = await open()
    await fill(lane, 3)
    await lane.close()
    fs.appendFileSync(openFile(), tail)
    const again = await open()
    expect(again.nextSeq).toBe(4)
    await fill(again, 1)
    expect(await readAll(again)).toEqual([1, 2, 3, 4].map((seq) => ({ seq, line: line(seq) })))
    await again.close()
  })

  test('whole lines that were never acknowledged are kept: nobody was told that they are not', async () => {
    const lane = await open()
    await fill(lane, 1)
    await lane.close()
    fs.appendFileSync(openFile(), `${line(2)}\n`)
    const again = await open()
    expect(again.nextSeq).toBe(3)
    await again.close()
  })

  test('an open segment of nothing but torn bytes is used again under its name', async () => {
    const lane = await open()
    await fill(lane, 2)
    await lane.seal(true)
    await lane.close()
    fs.writeFileSync(join(folder, `${RECEIVER}-0-000000000000003.open`), '{"torn')
    const again = await open()
    expect(again.nextSeq).toBe(3)
    await fill(again, 2)
    await again.seal(true)
    expect(again.sealed().map((s) => [s.firstSeq, s.lastSeq])).toEqual([
      [1, 2],
      [3, 4],
    ])
    await again.close()
  })

  test('a half-written offset leaves the one before it', async () => {
    const lane = await open()
    await fill(lane, 9)
    await lane.commit('loader', 3)
    await lane.commit('loader', 5)
    await lane.close()
    const path = join(folder, 'offsets')
    const data = fs.readFileSync(path, 'latin1')
    const newest = data.lastIndexOf('"loader":5')
    expect(newest).toBeGreaterThan(0)
    fs.writeFileSync(path, data.replace('"loader":5', '"loader":\0'), 'latin1')
    const again = await open()
    expect(again.committed('loader')).toBe(3)
    await again.close()
  })

  test('numbers do not go back when the log is shorter than what was committed', async () => {
    const lane = await open()
    await fill(lane, 9)
    await lane.commit('detector', 9)
    await lane.close()
    fs.truncateSync(openFile(), 2 * (line(1).length + 1))
    const again = await open()
    expect(again.nextSeq).toBe(10)
    await fill(again, 1)
    expect((await readAll(again)).map((l) => l.seq)).toEqual([1, 2, 10])
    await again.close()
  })

  test('segments that both consumers had passed are deleted at the next start', async () => {
    const lane = await open()
    await fill(lane, 2)
    await lane.seal(true)
    const [segment] = lane.sealed()
    const copy = fs.readFileSync(segment!.path)
    await lane.commit('loader', 2)
    await lane.commit('detector', 2)
    await lane.close()
    fs.writeFileSync(segment!.path, copy)
    const again = await open()
    expect(fs.existsSync(segment!.path)).toBe(false)
    await again.close()
  })
})

describe('when the disk fails', () => {
  const faulty = () => {
    const state = { room: Number.POSITIVE_INFINITY, syncFails: false, truncateFails: false }
    const files: SpoolFiles = {
      ...NODE_FILES,
      write(fd, data, offset, length, position) {
        if (state.room <= 0) throw full()
        const done = NODE_FILES.write(fd, data, offset, Math.min(length, state.room), position)
        state.room -= done
        return done
      },
      sync: async (fd) => {
        if (state.syncFails) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
        await NODE_FILES.sync(fd)
      },
      truncate(fd, length) {
        if (state.truncateFails) throw Object.assign(new Error('i/o error'), { code: 'EIO' })
        NODE_FILES.truncate(fd, length)
      },
    }
    return { state, files }
  }

  test('a write that got only half way is taken back; the next one may succeed', async () => {
    const { state, files } = faulty()
    const lane = await open({ files })
    await fill(lane, 3)
    state.room = 20
    await expect(fill(lane, 2)).rejects.toMatchObject({ code: 'STO-507' })
    expect(lane.nextSeq).toBe(4)
    expect(await readAll(lane)).toHaveLength(3)
    state.room = Number.POSITIVE_INFINITY
    await fill(lane, 2)
    expect((await readAll(lane)).map((l) => l.line)).toEqual([1, 2, 3, 4, 5].map((s) => line(s)))
    await lane.close()
    const again = await open()
    expect(again.nextSeq).toBe(6)
    await again.close()
  })

  test('bytes whose fsync failed are not read, also if they cannot be taken back at once', async () => {
    const { state, files } = faulty()
    const lane = await open({ files })
    await fill(lane, 1)
    state.syncFails = true
    state.truncateFails = true
    await expect(fill(lane, 5)).rejects.toMatchObject({ code: 'STO-500' })
    expect(await readAll(lane)).toHaveLength(1)
    state.syncFails = false
    await expect(fill(lane, 1)).rejects.toMatchObject({ code: 'STO-500' })
    state.truncateFails = false
    await fill(lane, 1)
    expect(await readAll(lane)).toHaveLength(2)
    await lane.close()
  })

  test('ids of a failed append are not known: a repeat must be stored', async () => {
    const { state, files } = faulty()
    const lane = await open({ files })
    const id = 'ab'.repeat(16)
    state.room = 0
    await expect(lane.append([line(1)], [id])).rejects.toMatchObject({ code: 'STO-507' })
    expect(lane.knows(id)).toBe(false)
    await lane.close()
  })

  test('room is left for the stores: appends stop before the disk is quite full, and go on by themselves', async () => {
    let free = 1 << 30
    let now = 1_000_000
    const files = { ...NODE_FILES, space: () => ({ free, total: 100 * 2 ** 30 }) }
    const lane = await open({ files, clock: () => now, reserve: 64 << 20 })
    await fill(lane, 1)
    free = 63 << 20
    now += 200
    await expect(fill(lane, 1)).rejects.toMatchObject({ code: 'STO-507' })
    free = 65 << 20
    now += 200
    await fill(lane, 1)
    expect(lane.nextSeq).toBe(3)
    await lane.close()
  })

  const canMount = (() => {
    const probe = fs.mkdtempSync(join(os.tmpdir(), 'suidun-mount-'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', probe], { stdio: 'ignore' })
      execFileSync('umount', [probe])
      return true
    } catch {
      if (process.env.CI === 'true')
        throw new Error('this machine may not mount a tmpfs: the full-disk test cannot run')
      console.warn('SKIPPED: a really full disk: no tmpfs may be mounted here (needs root)')
      return false
    } finally {
      fs.rmdirSync(probe)
    }
  })()

  test.skipIf(!canMount)('a really full disk refuses, loses nothing, and lets consumers free it', async () => {
    const disk = join(folder, 'disk')
    fs.mkdirSync(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', disk])
    try {
      const lane = await open({ maxBytes: 100_000, reserve: 0, idOf }, disk)
      const big = 'x'.repeat(10_000)
      const append = () => lane.append([line(lane.nextSeq, big)])
      let refused: unknown
      for (let i = 0; i < 200 && refused === undefined; i++) refused = await append().catch((e: unknown) => e)
      expect(refused).toMatchObject({ code: 'STO-507' })
      const kept = lane.nextSeq - 1
      expect(kept).toBeGreaterThan(80)
      await expect(append()).rejects.toMatchObject({ code: 'STO-507' })
      expect((await readAll(lane)).map((l) => l.line)).toEqual(Array.from({ length: kept }, (_, i) => line(i + 1, big)))
      const first = lane.sealed()[0]!
      await lane.commit('detector', first.lastSeq)
      await lane.commit('loader', first.lastSeq)
      await lane.seal()
      expect(fs.existsSync(first.path)).toBe(false)
      await new Promise((resolve) => setTimeout(resolve, 250))
      await append()
      await lane.close()
      const again = await open({}, disk)
      expect(again.nextSeq).toBe(kept + 2)
      expect(await readAll(again, first.lastSeq)).toHaveLength(kept + 1 - first.lastSeq)
      await again.close()
    } finally {
      execFileSync('umount', [disk])
    }
  })
})

describe('ids', () => {
  const id = (n: number) => n.toString(16).padStart(8, '0').repeat(4)
  const withId = (n: number) => `{"event":{"id":"${id(n)}"},"suidun":{"lane":0,"seq":${n}}}`

  test('are known while their segments live, after these are gone, and after restarts', async () => {
    const lane = await open({ idOf })
    await lane.append([withId(1), withId(2)], [id(1), id(2)])
    await lane.seal(true)
    await lane.append([withId(3)], [id(3)])
    await lane.commit('loader', 2)
    await lane.commit('detector', 2)
    await lane.close()
    const again = await open({ idOf })
    expect([0, 1, 2, 3].map((n) => again.knows(id(n)))).toEqual([false, true, true, true])
    await again.close()
  })

  test('are found again in sealed segments whose record was lost', async () => {
    const lane = await open({ idOf })
    await lane.append([withId(1)], [id(1)])
    await lane.seal(true)
    await lane.close()
    for (const f of fs.readdirSync(folder)) if (f.startsWith('ids-')) fs.truncateSync(join(folder, f), 30)
    const again = await open({ idOf })
    expect(again.knows(id(1))).toBe(true)
    await again.commit('loader', 1)
    await again.commit('detector', 1)
    await again.close()
    const third = await open({ idOf })
    expect(third.knows(id(1))).toBe(true)
    await third.close()
  })

  test('at least the last window of them is known, and the files stay bounded', async () => {
    const lane = await open({ idOf, window: 1_000 })
    for (let n = 0; n < 10_000; n += 250) {
      const ids = Array.from({ length: 250 }, (_, i) => n + i + 1)
      await lane.append(ids.map(withId), ids.map(id))
      await lane.seal(true)
      await lane.commit('loader', lane.nextSeq - 1)
      await lane.commit('detector', lane.nextSeq - 1)
    }
    const known = (l: typeof lane, from: number) => {
      for (let n = from; n <= 10_000; n++) if (!l.knows(id(n))) return n
      return 'all'
    }
    expect(known(lane, 9_001)).toBe('all')
    expect(lane.knows(id(1))).toBe(false)
    await lane.close()
    const again = await open({ idOf, window: 1_000 })
    expect(known(again, 9_001)).toBe('all')
    await again.close()
    const bytes = fs.readdirSync(folder).map((f) => fs.statSync(join(folder, f)).size)
    expect(bytes.reduce((a, b) => a + b, 0)).toBeLessThan(2 * 1_250 * 16 + 10_000)
  })

  test('a million are known by default', async () => {
    const lane = await open({ idOf })
    const wide = (n: number) => n.toString(16).padStart(32, '7')
    for (let n = 0; n < 1_000_000; n += 100_000)
      await lane.append(
        ['{}'],
        Array.from({ length: 100_000 }, (_, i) => wide(n + i)),
      )
    await lane.append(['{}'], [wide(1_000_000)])
    let unknown = 0
    for (let n = 1; n <= 1_000_000; n++) if (!lane.knows(wide(n))) unknown++
    expect(unknown).toBe(0)
    await lane.close()
  })
})

describe('the spool folder', () => {
  test('keeps its receiver and its number of lanes from the first start on', () => {
    const first = openSpool(folder, { lanes: 3 })
    const second = openSpool(folder, { lanes: 8 })
    expect(second.receiver).toBe(first.receiver)
    expect(first.receiver).toMatch(/^[0-9a-f]{16}$/)
    expect(second.lanes).toBe(3)
    expect(openSpool(join(folder, 'other'), { lanes: 1 }).receiver).not.toBe(first.receiver)
  })

  test('refuses to guess when its description is damaged', () => {
    openSpool(folder, { lanes: 1 })
    fs.writeFileSync(join(folder, 'spool.json'), '{"receiver":')
    expect(() => openSpool(folder, { lanes: 1 })).toThrow(/spool\.json is damaged/)
  })
})

describe('the quarantine', () => {
  test('keeps lines with reason and segment, once, over restarts', async () => {
    const q = openQuarantine(folder, { clock: () => 0 })
    await q.add('s1', [
      { line: '{"a":1}', reason: 'x' },
      { line: '穗', reason: 'y' },
    ])
    await q.add('s1', [
      { line: '{"a":1}', reason: 'x' },
      { line: '穗', reason: 'y' },
    ])
    q.close()
    fs.appendFileSync(join(folder, 'quarantine.ndjson'), '{"torn')
    const again = openQuarantine(folder, { clock: () => 0 })
    await again.add('s1', [
      { line: '{"a":1}', reason: 'x' },
      { line: '穗', reason: 'y' },
    ])
    await again.add('s2', [{ line: 'z', reason: 'z' }])
    expect([...again.lines()].map((l) => [l.segment, l.line, l.reason])).toEqual([
      ['s1', '{"a":1}', 'x'],
      ['s1', '穗', 'y'],
      ['s2', 'z', 'z'],
    ])
    expect(again.stats()).toEqual({ kept: 3, dropped: 0 })
    again.close()
  })

  test('is bounded, and counts what falls out, also over restarts', async () => {
    const told: number[] = []
    const options = { clock: () => 0, maxBytes: 10_000, onDrop: (n: number) => void told.push(n) }
    let q = openQuarantine(folder, options)
    for (let i = 0; i < 300; i++) {
      await q.add(`s${i}`, [{ line: 'x'.repeat(100), reason: `r${i}` }])
      if (i % 50 === 49) {
        q.close()
        q = openQuarantine(folder, options)
      }
    }
    const { kept, dropped } = q.stats()
    expect(kept + dropped).toBe(300)
    expect(told.reduce((a, b) => a + b, 0)).toBe(dropped)
    const lines = [...q.lines()]
    expect(lines).toHaveLength(kept)
    expect(lines.at(-1)?.reason).toBe('r299')
    const bytes = fs.readdirSync(folder).map((f) => fs.statSync(join(folder, f)).size)
    expect(bytes.reduce((a, b) => a + b, 0)).toBeLessThanOrEqual(10_000)
    q.close()
  })
})
