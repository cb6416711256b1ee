import type { Writable } from 'node:stream'
import { type Problem, problemLine } from '../core/errors.ts'

/** Prints problems, a line each. */
export function printProblems(problems: readonly Problem[], to: Writable): void {
  for (const p of problems) to.write(`${problemLine(p)}\n`)
}
