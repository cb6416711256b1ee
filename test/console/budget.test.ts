import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { buildConsole } from '../../console/build.ts'

const folder = mkdtempSync(join(tmpdir(), 'suidun-console-'))
const outDir = join(folder, 'dist')

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the built console', () => {
  it('is built once for the same sources, and loads at most 300 kB of script for any page', async () => {
    expect(await buildConsole({ outDir })).toEqual({ built: true })
    expect(await buildConsole({ outDir })).toEqual({ built: false })
    const packed = (file: string) => gzipSync(readFileSync(join(outDir, file))).length
    const html = readFileSync(join(outDir, 'index.html'), 'utf8')
    const first = [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((m) => m[1]!)
    const sum = first.reduce((n, f) => n + packed(f), 0)
    const later = readdirSync(join(outDir, 'assets'))
      .map((f) => `assets/${f}`)
      .filter((f) => f.endsWith('.js') && !first.includes(f))
    // Even a page that needed every later part at once stays within the budget.
    const all = sum + later.reduce((n, f) => n + packed(f), 0)
    expect(sum).toBeGreaterThan(0)
    expect(all).toBeLessThanOrEqual(300_000)
  }, 120_000)

  it('keeps to its own policy: no inline script, no inline style, the nonce left for the server to fill', () => {
    const html = readFileSync(join(outDir, 'index.html'), 'utf8')
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/)
    expect(html).not.toMatch(/<style|\sstyle=/)
    expect(html).toContain('content="__NONCE__"')
    expect(html).not.toMatch(/https?:\/\//)
    const css = readdirSync(join(outDir, 'assets'))
      .filter((f) => f.endsWith('.css'))
      .map((f) => readFileSync(join(outDir, 'assets', f), 'utf8'))
      .join('')
    expect(css).not.toMatch(/url\(["']?data:/)
    expect(css).not.toMatch(/url\(["']?https?:/)
  })
})
