import fs from 'node:fs'
import { join } from 'node:path'
import type { Segment } from '../../core/ports.ts'

/**
 * A segment's name says all there is to know of it, so sealing is one rename:
 * open   `<receiver>-<lane>-<first seq>.open`
 * sealed `<receiver>-<lane>-<first seq>-<count>-<sealed at>.ndjson`
 */
const OPEN = /^([0-9a-f]{16})-(\d+)-(\d{15})\.open$/
const SEALED = /^([0-9a-f]{16})-(\d+)-(\d{15})-(\d+)-(\d+)\.ndjson$/

export interface Listing {
  /** Oldest first. */
  readonly sealed: readonly Segment[]
  /** Paths of open segments, oldest first; more than one only if a person copied files. */
  readonly open: readonly { readonly path: string; readonly name: string; readonly firstSeq: number }[]
}

/** The segments of a lane's folder. */
export function listSegments(folder: string, lane: number): Listing {
  const sealed: Segment[] = []
  const open: { path: string; name: string; firstSeq: number }[] = []
  for (const file of fs.readdirSync(folder)) {
    const path = join(folder, file)
    const o = OPEN.exec(file)
    if (o !== null) open.push({ path, name: file.slice(0, -'.open'.length), firstSeq: Number(o[3]) })
    const s = SEALED.exec(file)
    if (s === null) continue
    const firstSeq = Number(s[3])
    const count = Number(s[4])
    sealed.push({
      lane,
      id: file.slice(0, -'.ndjson'.length),
      path,
      firstSeq,
      lastSeq: firstSeq + count - 1,
      count,
      bytes: fs.statSync(path).size,
      sealedAt: Number(s[5]),
    })
  }
  const bySeq = (a: { firstSeq: number }, b: { firstSeq: number }) => a.firstSeq - b.firstSeq
  return { sealed: sealed.sort(bySeq), open: open.sort(bySeq) }
}

export function openName(receiver: string, lane: number, firstSeq: number): string {
  return `${receiver}-${lane}-${String(firstSeq).padStart(15, '0')}`
}

const LF = 10
const CLOSING = 125

/**
 * Cuts what a crash left of an unfinished write off an open segment and counts its whole lines. After a power loss
 * blocks may be missing in the middle of what was never acknowledged: a whole line holds no NUL and ends in `}`.
 */
export function repairTail(fd: number): { readonly count: number; readonly bytes: number } {
  const data = fs.readFileSync(fd)
  let end = data.lastIndexOf(LF) + 1
  while (end > 0) {
    const start = end >= 2 ? data.lastIndexOf(LF, end - 2) + 1 : 0
    if (data[end - 2] === CLOSING && !data.subarray(start, end).includes(0)) break
    end = start
  }
  if (end < data.length) {
    fs.ftruncateSync(fd, end)
    fs.fsyncSync(fd)
  }
  let count = 0
  for (let at = data.indexOf(LF); at >= 0 && at < end; at = data.indexOf(LF, at + 1)) count++
  return { count, bytes: end }
}
