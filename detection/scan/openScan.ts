import { readFileSync } from 'node:fs'
import type { ScanMemory } from './memory.ts'
import type { Scan } from './scan.ts'

let compiled: WebAssembly.Module | undefined

/** The scan over a memory, compiled (see `assembly/`). */
export function openScan({ memory }: ScanMemory): Scan {
  compiled ??= new WebAssembly.Module(readFileSync(`${import.meta.dirname}/scan.wasm`))
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as Scan
}
