import type { DocumentStore } from '../../core/ports.ts'

/** The setting that says which imported files count. */
export const MANIFEST = 'rules-imported'

/** Name of each imported file that counts, to the id of the document that holds its text. */
export type ImportedFiles = Readonly<Record<string, string>>

/** What is imported now, and the version of the setting that says so (0 = nothing ever was). */
export async function readManifest(
  docs: DocumentStore,
): Promise<{ readonly version: number; readonly files: ImportedFiles }> {
  const stored = await docs.get('setting', MANIFEST)
  return { version: stored?.version ?? 0, files: (stored?.doc.value ?? {}) as ImportedFiles }
}
