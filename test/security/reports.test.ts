import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { findRenames } from '../../collectors/reports/findRenames.ts'
import type { Identified } from '../../collectors/reports/identity.ts'
import { readReport } from '../../collectors/reports/index.ts'
import { lineOfSnippet } from '../../collectors/reports/normaliseText.ts'
import { AppError } from '../../core/errors.ts'
import type { Finding } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'

it('a small report that unpacks to more than a body may hold is refused before it is read', () => {
  const bomb = gzipSync(Buffer.concat([Buffer.from('{"runs":['), Buffer.alloc(33 << 20, '{},'), Buffer.from('{}]}')]))
  expect(bomb.length).toBeLessThan(100_000)
  try {
    readReport(bomb)
    expect.unreachable()
  } catch (e) {
    if (!(e instanceof AppError)) throw e
    expect([e.code, e.message]).toEqual(['FND-400', expect.stringContaining('33554432 bytes')])
  }
})

it('a line of blanks costs a snippet no more than its length', { timeout: 20_000 }, () => {
  const blank = ' '.repeat(4 << 20)
  expect(lineOfSnippet(`${blank}x\n 38 | exec(x)\n > 39: eval(x)`, 38)).toBe('exec(x)')
  expect(lineOfSnippet(`  > 39: eval(x)\n${blank}`, 39)).toBe('eval(x)')
})

it('files that all have another name are not compared one by one', { timeout: 20_000 }, () => {
  const files = Array.from({ length: 30_000 }, (_, i) => i)
  const missing = files.flatMap((i) => [0, 1].map((j) => stored(`old/${i}`, `was ${i} ${j}`)))
  const fresh = files.flatMap((i) => [0, 1].map((j) => reported(`new/${i}`, i === 7 ? `was 9 ${j}` : `is ${i} ${j}`)))
  const { moved, gone } = findRenames(missing, fresh)
  expect([...gone]).toEqual(['old/9'])
  expect([...moved.values()].map((m) => m.doc.identity?.what)).toEqual(['was 9 0', 'was 9 1'])
  // And where the same stands in all of them, work is bounded too.
  const alike = files.flatMap((i) => [0, 1].map((j) => stored(`old/${i}`, `same ${j}`)))
  const again = files.flatMap((i) => [0, 1].map((j) => reported(`new/${i}`, `same ${j}`)))
  expect(findRenames(alike, again).gone.size).toBeGreaterThan(0)
})

const stored = (path: string, what: string) =>
  ({ id: `${path} ${what}`, version: 1, doc: { path, identity: { key: what, what } } }) as unknown as Stored<Finding>
const reported = (path: string, what: string) => ({ reported: { path }, key: what, what }) as unknown as Identified
