import type { Writable } from 'node:stream'
import type { Problem } from '../core/errors.ts'

/** Prints problems as `file:line:col code message`, as editors and `grep` readers know it. */
export function printProblems(problems: readonly Problem[], to: Writable): void {
  for (const p of problems) to.write(`${p.file ?? '-'}:${p.line}:${p.column} ${p.code} ${p.message}\n`)
}
