import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

/** `npm run scan`: compiles `assembly/` and writes `scan.wasm`, which is under version control. */
const FOLDER = import.meta.dirname
const OPTIONS = ['-O3', '--converge', '--enable', 'simd', '--runtime', 'stub', '--importMemory', '--noAssert']

/** The compiled scan; the same bytes from the same sources. */
export async function buildScan(): Promise<Uint8Array> {
  let built: Uint8Array | undefined
  const { error, stderr } = await main(['assembly/index.ts', '--outFile', 'scan.wasm', ...OPTIONS], {
    readFile(name) {
      try {
        return readFileSync(join(FOLDER, name), 'utf8')
      } catch {
        return null
      }
    },
    writeFile(_, contents) {
      built = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error !== null || built === undefined) throw new Error(`the scan does not compile: ${stderr.toString()}`)
  return built
}

if (import.meta.main) writeFileSync(join(FOLDER, 'scan.wasm'), await buildScan())
