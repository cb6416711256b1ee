import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWasm } from '../../core/buildWasm.ts'

/** The compiled scan of plain lines. Run as a program this writes `plain.wasm`, which is under version control. */
export function buildPlainScan(): Promise<Uint8Array> {
  return buildWasm(import.meta.dirname, 'assembly/index.ts', ['--use', 'abort='])
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'plain.wasm'), await buildPlainScan())
