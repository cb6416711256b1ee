import { readFileSync } from 'node:fs'
import type { ScanMemory } from './memory.ts'
import { openPlainScan } from './plainScan.ts'
import type { Scan } from './scan.ts'

let compiled: WebAssembly.Module | 'none' | undefined

/** The scan over a memory: compiled (see `assembly/`), or where that cannot run, the one in TypeScript. */
export function openScan(memory: ScanMemory): Scan {
  compiled ??= compile()
  if (compiled === 'none') return openPlainScan(memory)
  return new WebAssembly.Instance(compiled, { env: { memory: memory.memory } }).exports as unknown as Scan
}

function compile(): WebAssembly.Module | 'none' {
  const bytes = readFileSync(`${import.meta.dirname}/scan.wasm`)
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : 'none'
}
