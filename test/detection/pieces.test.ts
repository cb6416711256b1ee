import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'suidun-pieces-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => `line ${i} 数据\n`).join(''))
const file = join(folder, 'lines')
writeFileSync(file, bytes)

/** Reads its standard input by the descriptor, now and then late; tells the hash of what it read and how often it did. */
const program = join(folder, 'reads.ts')
writeFileSync(
  program,
  `import { createHash } from 'node:crypto'
import { piecesOf } from ${JSON.stringify(new URL('../../detection/pieces.ts', import.meta.url).href)}
const hash = createHash('sha256')
let pieces = 0
for await (const piece of piecesOf(0)) {
  if (pieces++ % 10 === 0) await new Promise((done) => setTimeout(done, 2))
  hash.update(piece)
}
console.log(hash.digest('hex'), pieces)
`,
)

describe('a descriptor is read to its end, however slowly', () => {
  const run = (command: string, input?: Buffer) => {
    const env = { ...process.env, NODE: process.execPath, PROGRAM: program, FILE: file }
    const told = execFileSync('sh', ['-c', command], { env, input, encoding: 'utf8' }).trim().split(' ')
    return { hash: told[0], pieces: Number(told[1]) }
  }
  const hash = createHash('sha256').update(bytes).digest('hex')

  test.each([
    ['a file', '"$NODE" "$PROGRAM" < "$FILE"'],
    ['a pipe', 'cat "$FILE" | "$NODE" "$PROGRAM"'],
    ['a pipe whose writer pauses', '(head -c 1000 "$FILE"; sleep 0.2; tail -c +1001 "$FILE") | "$NODE" "$PROGRAM"'],
  ])('%s', (_, command) => {
    const told = run(command)
    expect(told.hash).toBe(hash)
    expect(told.pieces).toBeGreaterThan(bytes.length / 2 ** 18)
  })

  test('what another process of this kind writes', () => {
    expect(run('"$NODE" "$PROGRAM"', bytes).hash).toBe(hash)
  })

  test('nothing', () => {
    const none = createHash('sha256').digest('hex')
    for (const command of ['"$NODE" "$PROGRAM" < /dev/null', 'true | "$NODE" "$PROGRAM"'])
      expect(run(command)).toEqual({ hash: none, pieces: 0 })
  })
})
