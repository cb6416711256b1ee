import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

/**
 * Compiles AssemblyScript of a folder, from the file `entry` (a path within it): the same bytes from the same sources. Throws
 * what the compiler says.
 */
export async function buildWasm(folder: string, entry: string, options: readonly string[] = []): Promise<Uint8Array> {
  let built: Uint8Array | undefined
  const always = ['-O3', '--converge', '--enable', 'simd', '--runtime', 'stub', '--noAssert']
  const { error, stderr } = await main([entry, '--outFile', 'built.wasm', ...always, ...options], {
    readFile(name) {
      try {
        return readFileSync(join(folder, name), 'utf8')
      } catch {
        return null
      }
    },
    writeFile(_, contents) {
      built = contents as Uint8Array
    },
    listFiles: () => [],
  })
  if (error !== null || built === undefined)
    throw new Error(`${join(folder, entry)} does not compile: ${stderr.toString()}`, { cause: error })
  return built
}
