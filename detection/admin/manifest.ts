import type { DocumentStore } from '../../core/ports.ts'

/** The setting that says which imported files count. */
export const MANIFEST = 'rules-imported'

/** An imported file that counts: the id of the document that holds its text, and how many characters that has. */
export interface ImportedFile {
  readonly id: string
  readonly size: number
}

/** By name. */
export type ImportedFiles = Readonly<Record<string, ImportedFile>>

/** What is imported now, and the version of the setting that says so (0 = nothing ever was). */
export async function readManifest(
  docs: DocumentStore,
): Promise<{ readonly version: number; readonly files: ImportedFiles }> {
  const stored = await docs.get('setting', MANIFEST)
  return { version: stored?.version ?? 0, files: (stored?.doc.value ?? {}) as ImportedFiles }
}
