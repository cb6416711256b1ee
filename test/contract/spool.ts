import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Lane } from '../../core/ports.ts'

/** How the suite makes a lane in a folder; `now` is the clock it must use. */
export interface LaneMaker {
  open(
    folder: string,
    now: () => number,
    limits?: { maxBytes?: number; maxLines?: number; maxAge?: number },
  ): Promise<Lane>
}

export const line = (seq: number, text = 'x') => JSON.stringify({ suidun: { seq }, text })

export async function readAll(lane: Lane, after = 0): Promise<{ seq: number; line: string }[]> {
  const out: { seq: number; line: string }[] = []
  for await (const batch of lane.read(after)) out.push(...batch)
  return out
}

/** Appends so many lines, numbered as the lane asks. */
export async function fill(lane: Lane, count: number): Promise<void> {
  const first = lane.nextSeq
  await lane.append(Array.from({ length: count }, (_, i) => line(first + i)))
}

/** The promise of the port `Lane` (core/ports.ts), for every implementation. */
export function spoolContract(name: string, maker: LaneMaker): void {
  describe(`the spool promise: ${name}`, () => {
    let folder: string
    let now: number
    const clock = () => now

    beforeEach(() => {
      folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-spool-'))
      now = 1_700_000_000_000
    })
    afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

    test('lines are numbered from 1 without gaps and read back in order', async () => {
      const lane = await maker.open(folder, clock)
      expect(lane.nextSeq).toBe(1)
      await fill(lane, 3)
      await fill(lane, 2)
      expect(lane.nextSeq).toBe(6)
      expect(await readAll(lane)).toEqual([1, 2, 3, 4, 5].map((seq) => ({ seq, line: line(seq) })))
      expect((await readAll(lane, 3)).map((l) => l.seq)).toEqual([4, 5])
      expect(await readAll(lane, 5)).toEqual([])
      await lane.close()
    })

    test('what was appended is there after the lane is opened again, and the numbers go on', async () => {
      const lane = await maker.open(folder, clock)
      await fill(lane, 7)
      await lane.close()
      const again = await maker.open(folder, clock)
      expect(again.nextSeq).toBe(8)
      await fill(again, 1)
      expect((await readAll(again)).map((l) => l.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      await again.close()
    })

    test('appends asked for side by side are kept in the order asked', async () => {
      const lane = await maker.open(folder, clock)
      await Promise.all([lane.append([line(1), line(2)]), lane.append([line(3)]), lane.append([line(4)])])
      expect((await readAll(lane)).map((l) => l.line)).toEqual([1, 2, 3, 4].map((s) => line(s)))
      await lane.close()
    })

    test('text of every script and characters that JSON escapes come back unchanged', async () => {
      const lane = await maker.open(folder, clock)
      const text = '穗盾 ÄÖÜ \u0000 \u2028 😀 "quoted" \\ \t'
      await lane.append([line(1, text)])
      expect((await readAll(lane))[0]?.line).toBe(line(1, text))
      await lane.close()
    })

    test('a segment is sealed by lines, by age once it has content, and when forced', async () => {
      const lane = await maker.open(folder, clock, { maxLines: 10, maxAge: 1_000 })
      await fill(lane, 10)
      await lane.seal()
      expect(lane.sealed().map((s) => [s.firstSeq, s.lastSeq, s.count])).toEqual([[1, 10, 10]])
      await lane.seal(true)
      expect(lane.sealed()).toHaveLength(1)
      await fill(lane, 1)
      await lane.seal()
      expect(lane.sealed()).toHaveLength(1)
      now += 1_000
      await lane.seal()
      expect(lane.sealed().at(-1)).toMatchObject({ firstSeq: 11, lastSeq: 11, count: 1, sealedAt: now })
      await fill(lane, 1)
      await lane.seal(true)
      expect(lane.sealed()).toHaveLength(3)
      await lane.close()
    })

    test('a sealed segment is the same after opening again: id, count, bytes, time of sealing, content', async () => {
      const lane = await maker.open(folder, clock)
      await fill(lane, 4)
      await lane.seal(true)
      const before = lane.sealed()
      await lane.close()
      now += 86_400_000
      const again = await maker.open(folder, clock)
      expect(again.sealed()).toEqual(before)
      const content = fs.readFileSync(before[0]!.path, 'utf8')
      expect(content).toBe([1, 2, 3, 4].map((s) => `${line(s)}\n`).join(''))
      expect(before[0]!.bytes).toBe(Buffer.byteLength(content))
      await again.close()
    })

    test('offsets start at 0, never go back, and outlive the process', async () => {
      const lane = await maker.open(folder, clock)
      await fill(lane, 9)
      expect([lane.committed('detector'), lane.committed('loader')]).toEqual([0, 0])
      await lane.commit('detector', 6)
      await lane.commit('detector', 4)
      await lane.commit('loader', 2)
      await lane.close()
      const again = await maker.open(folder, clock)
      expect([again.committed('detector'), again.committed('loader')]).toEqual([6, 2])
      await again.close()
    })

    test('an offset beyond the log is refused', async () => {
      const lane = await maker.open(folder, clock)
      await fill(lane, 2)
      await expect(lane.commit('loader', 3)).rejects.toMatchObject({ code: 'STO-500' })
      await lane.close()
    })

    test('a segment is deleted only when both consumers have passed it', async () => {
      const lane = await maker.open(folder, clock)
      await fill(lane, 5)
      await lane.seal(true)
      await fill(lane, 5)
      await lane.seal(true)
      const [first, second] = lane.sealed()
      await lane.commit('loader', 5)
      expect(lane.sealed().map((s) => s.id)).toEqual([second!.id])
      expect(fs.existsSync(first!.path)).toBe(true)
      expect((await readAll(lane)).map((l) => l.seq)).toHaveLength(10)
      await lane.commit('detector', 7)
      expect(fs.existsSync(first!.path)).toBe(false)
      expect(fs.existsSync(second!.path)).toBe(true)
      await lane.commit('loader', 10)
      expect(fs.existsSync(second!.path)).toBe(true)
      await lane.commit('detector', 10)
      expect(fs.existsSync(second!.path)).toBe(false)
      await lane.close()
    })

    test('numbers and segment ids are never used again, also when nothing is left on the disk', async () => {
      const lane = await maker.open(folder, clock)
      await fill(lane, 5)
      await lane.seal(true)
      const id = lane.sealed()[0]!.id
      await lane.commit('loader', 5)
      await lane.commit('detector', 5)
      await lane.close()
      const again = await maker.open(folder, clock)
      expect(again.nextSeq).toBe(6)
      await fill(again, 5)
      await again.seal(true)
      expect(again.sealed()[0]!.id).not.toBe(id)
      await again.close()
    })

    test('reading goes on over sealed and open segments while lines are added', async () => {
      const lane = await maker.open(folder, clock, { maxLines: 3 })
      for (let i = 0; i < 5; i++) await fill(lane, 3)
      const seen: number[] = []
      for await (const batch of lane.read(1)) {
        seen.push(...batch.map((l) => l.seq))
        if (seen.length === 2) await fill(lane, 1)
      }
      expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => i + 2))
      await lane.close()
    })
  })
}
