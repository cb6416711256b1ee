import type { ErrorCode, Problem } from '../../core/errors.ts'
import type { FoundFile, LoadedCorrelation, RuleView } from '../../detection/index.ts'

/** What the loading thread is started with. */
export interface LoadQuestion {
  /** Folders, files and packs of rules. */
  readonly roots: readonly string[]
  /** Folders of lists for their placeholders. */
  readonly lists: readonly string[]
  /** For lines of samples that name no zone. */
  readonly zone: string
}

/** What it hands over, in portions; `refused` is the last. */
export type LoadAnswer =
  | { readonly rules: readonly RuleView[] }
  | { readonly correlations: readonly LoadedCorrelation[] }
  | { readonly files: readonly FoundFile[] }
  | { readonly problems: readonly Problem[] }
  | { readonly refused: ReadonlyMap<string, number> }
  /** Or this alone: a folder that is not there. */
  | { readonly error: { readonly code: ErrorCode; readonly details: Readonly<Record<string, string | number>> } }
