import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWasm } from '../../core/buildWasm.ts'

/** The compiled scan. Run as a program this writes `scan.wasm`, which is under version control. */
export function buildScan(): Promise<Uint8Array> {
  return buildWasm(import.meta.dirname, 'assembly/index.ts', ['--importMemory'])
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'scan.wasm'), await buildScan())
