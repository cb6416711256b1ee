import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWasm } from '../../../core/buildWasm.ts'

/** The compiled scan of a line's members. Run as a program this writes `lineScan.wasm`, which is under version control. */
export function buildLineScan(): Promise<Uint8Array> {
  return buildWasm(import.meta.dirname, 'assembly/lineScan.ts', ['--use', 'abort='])
}

if (import.meta.main) writeFileSync(join(import.meta.dirname, 'lineScan.wasm'), await buildLineScan())
