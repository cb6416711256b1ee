import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from 'assemblyscript/asc'

const FOLDER = import.meta.dirname
const OPTIONS = ['--runtime', 'stub', '-O3', '--noAssert', '--converge', '--enable', 'simd', '--use', 'abort=']

/** Compiles `assembly/lineScan.ts`: the same bytes each time. Throws what the compiler says. Run as a program it writes `lineScan.wasm`. */
export async function buildLineScan(): Promise<Uint8Array> {
  const scratch = mkdtempSync(join(tmpdir(), 'suidun-scan-'))
  try {
    const out = join(scratch, 'lineScan.wasm')
    const { error, stderr } = await main([join(FOLDER, 'assembly/lineScan.ts'), '--outFile', out, ...OPTIONS])
    if (error !== null) throw new Error(stderr.toString(), { cause: error })
    return readFileSync(out)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(FOLDER, 'lineScan.wasm'), await buildLineScan())
