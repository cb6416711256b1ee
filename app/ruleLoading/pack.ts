import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, sha256hex } from '../../core/canonical.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { type ImportedFiles, PACK_ENDING } from '../../detection/index.ts'

/** Documents read side by side. */
const WIDTH = 50

/**
 * The imported files as one file that lanes can read, made of the documents if it is not there yet (or `anew`); named after
 * what is in it, so that another import is another file. Whole and durable when it is there. Undefined where nothing is imported.
 */
export async function packImported(
  docs: DocumentStore,
  files: ImportedFiles,
  folder: string,
  options: { readonly anew?: boolean } = {},
): Promise<string | undefined> {
  const names = Object.keys(files).sort()
  if (names.length === 0) return undefined
  const path = join(folder, `imported-${sha256hex(canonicalJson(files)).slice(0, 32)}${PACK_ENDING}`)
  if (options.anew !== true && existsSync(path)) return path
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const draft = `${path}.${process.pid}`
  const out = await open(draft, 'w', 0o600)
  try {
    for (let i = 0; i < names.length; i += WIDTH) {
      const some = names.slice(i, i + WIDTH)
      const found = await Promise.all(some.map((name) => docs.get('ruleFile', files[name]!.id)))
      const lines = found.flatMap((d, n) => (d === undefined ? [] : [`${JSON.stringify([some[n], d.doc.text])}\n`]))
      await out.appendFile(lines.join(''))
    }
    await out.sync()
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  } finally {
    await out.close()
  }
  renameSync(draft, path)
  return path
}

/** Takes away the packs of former imports; not while a lane may still have to read one. */
export function sweepPacks(folder: string, keep: string | undefined): void {
  if (!existsSync(folder)) return
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    if (path !== keep && name.startsWith('imported-')) rmSync(path, { force: true })
  }
}
