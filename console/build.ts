import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'

const SOURCES = import.meta.dirname
const STAMP = '.sources'

/**
 * Builds the console's pages into `outDir` (index.html and assets/), unless what stands there was made from the same
 * sources and the same dependencies. Returns whether it built. Whoever asks meanwhile gets the older build
 * whole.
 */
export async function buildConsole(options: { readonly outDir: string }): Promise<{ readonly built: boolean }> {
  const { outDir } = options
  const digest = sourcesDigest()
  const stamp = join(outDir, STAMP)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return { built: false }

  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')])
  const draft = `${outDir}.${process.pid}`
  // Vite takes this variable of whoever starts us for the kind of build; ours is always the one for use.
  const kind = process.env.NODE_ENV
  process.env.NODE_ENV = 'production'
  const building = build({
    root: SOURCES,
    configFile: false,
    mode: 'production',
    logLevel: 'warn',
    publicDir: false,
    plugins: [react()],
    build: {
      outDir: draft,
      emptyOutDir: true,
      target: 'es2022',
      // Fonts as data: addresses would be refused by the page's content security policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 1000,
      reportCompressedSize: false,
    },
  })
  try {
    await building
  } finally {
    if (kind === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = kind
  }
  putInPlace(draft, outDir)
  writeFileSync(stamp, digest)
  return { built: true }
}

/**
 * Moves a build to where it is served from. Its parts are named by their content, so they may lie beside those of an older
 * build, which a server that started earlier still hands out; what nobody can ask for any more goes after a week.
 */
function putInPlace(draft: string, outDir: string): void {
  const parts = readdirSync(join(draft, 'assets'))
  mkdirSync(join(outDir, 'assets'), { recursive: true })
  for (const part of parts) renameSync(join(draft, 'assets', part), join(outDir, 'assets', part))
  renameSync(join(draft, 'index.html'), join(outDir, 'index.html'))
  rmSync(draft, { recursive: true, force: true })
  const weekAgo = Date.now() - 7 * 86_400_000
  for (const part of readdirSync(join(outDir, 'assets'))) {
    const path = join(outDir, 'assets', part)
    if (!parts.includes(part) && statSync(path).mtimeMs < weekAgo) rmSync(path, { force: true })
  }
}

/** SHA-256 over every source of the console and the lock file, so that raised dependencies build anew. */
function sourcesDigest(): string {
  const hash = createHash('sha256')
  const files = readdirSync(SOURCES, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile())
    .map((f) => join(f.parentPath, f.name))
    .sort()
  for (const file of [...files, join(SOURCES, '..', 'package-lock.json')]) {
    if (!existsSync(file)) continue
    const bytes = readFileSync(file)
    hash.update(`${relative(SOURCES, file)}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}
