import type { Writable } from 'node:stream'
import { AppError, problemLine } from '../core/errors.ts'
import { lintCorrelation, lintRule } from './lint.ts'
import { loadRules } from './loadRules.ts'
import type { Pipelines } from './pipeline.ts'
import type { Lists } from './sigma/expand.ts'

export interface CheckOptions {
  /** Files and folders of Sigma rules. */
  readonly paths: readonly string[]
  readonly pipelines: Pipelines
  /** What placeholders stand for; nothing, unless given. */
  readonly lists?: Lists
  /** Problems as one JSON array. */
  readonly json: boolean
  readonly stdout: Writable
  readonly stderr: Writable
}

/**
 * `suidun check`: prints every problem of the rules as `file:line:col code message`, warnings marked so. Returns the exit
 * code: 1 if any is an error, 2 if a path cannot be read, else 0.
 */
export function check({ paths, pipelines, lists, json, stdout, stderr }: CheckOptions): number {
  try {
    const loaded = loadRules(paths, pipelines, lists)
    const correlated = loaded.correlations.flatMap((c) => lintCorrelation(c, loaded))
    const problems = [...loaded.problems, ...loaded.rules.flatMap(lintRule), ...correlated]
    const errors = problems.filter((p) => p.severity === 'error').length
    if (json) stdout.write(`${JSON.stringify(problems)}\n`)
    else for (const p of problems) stdout.write(`${problemLine(p)}${p.severity === 'warning' ? ' (warning)' : ''}\n`)
    stderr.write(
      `rules ${loaded.rules.length}, correlations ${loaded.correlations.length}, refused ${loaded.refused}, ` +
        `errors ${errors}, warnings ${problems.length - errors}\n`,
    )
    return errors > 0 ? 1 : 0
  } catch (e) {
    if (!(e instanceof AppError)) throw e
    stderr.write(`${e.code} ${e.message}\n`)
    return 2
  }
}
