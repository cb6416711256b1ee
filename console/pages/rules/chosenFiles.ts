import type { PackedFile } from './tarGz.ts'

/** What a person chose to import: one archive as it is, or rule files. */
export type Chosen =
  | { readonly kind: 'archive'; readonly file: File }
  | { readonly kind: 'files'; readonly files: readonly PackedFile[]; readonly skipped: number }

/** Why a choice cannot be imported. */
export type Unfit = 'mixed' | 'noRules'

const ARCHIVE = /\.(?:zip|tar\.gz|tgz)$/i
const RULE = /\.ya?ml$/i

/** Sorts out what was chosen; an archive comes alone. */
export function chosenFrom(files: readonly PackedFile[], before: Chosen | undefined): Chosen | Unfit {
  const archives = files.filter((f) => ARCHIVE.test(f.name))
  if (archives.length > 0) {
    const [{ file, name }] = archives as [PackedFile]
    if (files.length > 1) return 'mixed'
    return { kind: 'archive', file: file instanceof File ? file : new File([file], name) }
  }
  const rules = files.filter((f) => RULE.test(f.name) && !f.name.split('/').some((part) => part.startsWith('.')))
  const kept = before?.kind === 'files' ? before.files : []
  if (rules.length === 0 && kept.length === 0) return 'noRules'
  const byName = new Map([...kept, ...rules].map((f) => [f.name, f]))
  const skipped = files.length - rules.length + (before?.kind === 'files' ? before.skipped : 0)
  return { kind: 'files', files: [...byName.values()], skipped }
}

/** How much was chosen, bytes. */
export function sizeOf(chosen: Chosen): number {
  return chosen.kind === 'archive' ? chosen.file.size : chosen.files.reduce((n, { file }) => n + file.size, 0)
}
