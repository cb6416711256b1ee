import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { readReport } from '../../collectors/reports/index.ts'
import { lineOfSnippet } from '../../collectors/reports/normaliseText.ts'
import { AppError } from '../../core/errors.ts'

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
