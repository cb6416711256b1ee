import { madeOnce } from '../core/madeOnce.ts'
import type { DocumentStore } from '../core/ports.ts'

/**
 * A random text that goes into every signal's id, made once per store. Without it, whoever may see a signal but not whom
 * it names could try names until one gives the id.
 */
export function idSecret(docs: DocumentStore): Promise<string> {
  return madeOnce(docs, 'signal-id-secret', 32)
}
