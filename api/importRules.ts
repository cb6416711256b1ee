import type { Problem } from '../core/errors.ts'
import { type ImportCounts, importFiles, type NewRuleFile, type RuleContext } from '../detection/index.ts'
import type { RuleCatalogue } from './ruleCatalogue.ts'

/** What an import did, and what is wrong with what came in. */
export interface ImportOutcome extends ImportCounts {
  /** Files in the archive that are no rule files. */
  readonly ignored: number
  /** Rules of these files that load. */
  readonly rules: number
  /** Documents of these files that do not. */
  readonly refused: number
  /** Errors before warnings, the first 200. */
  readonly problems: readonly Problem[]
}

const MOST_PROBLEMS = 200

/** Imports files and waits until they are loaded, so that the answer can say what became of them. */
export async function importRules(
  ctx: RuleContext & { readonly rules: RuleCatalogue },
  files: readonly NewRuleFile[],
  ignored = 0,
): Promise<ImportOutcome> {
  const counts = await importFiles(ctx, files)
  await ctx.rules.look()
  const names = new Set(files.map((f) => f.name))
  const problems = ctx.rules.problems().filter((p) => p.file !== undefined && names.has(p.file))
  const errors = problems.filter((p) => p.severity === 'error')
  return {
    ...counts,
    ignored,
    rules: ctx.rules.all().filter((r) => names.has(r.path)).length,
    refused: files.reduce((sum, f) => sum + ctx.rules.refusedIn(f.name), 0),
    problems: [...errors, ...problems.filter((p) => p.severity !== 'error')].slice(0, MOST_PROBLEMS),
  }
}
