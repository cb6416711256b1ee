import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

const FOLDER = import.meta.dirname
const OPTIONS = ['-O3', '--converge', '--enable', 'simd', '--runtime', 'stub', '--noAssert', '--use', 'abort=']

/** Compiles `assembly/`: the same bytes from the same sources. Throws what the compiler says. Run as a program it writes `plain.wasm`. */
export async function buildPlainScan(): Promise<Uint8Array> {
  let built: Uint8Array | undefined
  const { error, stderr } = await main(['assembly/index.ts', '--outFile', 'plain.wasm', ...OPTIONS], {
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

if (import.meta.main) writeFileSync(join(FOLDER, 'plain.wasm'), await buildPlainScan())
