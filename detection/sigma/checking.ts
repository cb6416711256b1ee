import type { Problem } from '../../core/errors.ts'
import type { SourceDocument } from './document.ts'
import type { Report } from './item.ts'

/** What reading a document gave: `value` is `undefined` if any problem is an error. */
export interface Checked<T> {
  readonly value: T | undefined
  readonly problems: readonly Problem[]
}

/** Collects the problems of a document while it is read. */
export function checking<T>(document: SourceDocument): {
  readonly report: Report
  /** What was read with the problems so far, in order of place; nothing where one of them is an error. */
  readonly result: (value: T | undefined) => Checked<T>
} {
  const problems: Problem[] = []
  return {
    report: (code, path, details, at) => void problems.push(document.problem(code, path, details, at)),
    result: (value) => ({
      value: problems.some((p) => p.severity === 'error') ? undefined : value,
      problems: problems.toSorted((a, b) => a.line - b.line || a.column - b.column),
    }),
  }
}
