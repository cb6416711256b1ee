import { AppError } from '../core/errors.ts'
import type { DocumentStore } from '../core/ports.ts'

const ID = 'signal-id-secret'

/**
 * A random text that goes into every signal's id, made once per store. Without it, whoever may see a signal but not whom
 * it names could try names until one gives the id.
 */
export async function idSecret(docs: DocumentStore): Promise<string> {
  const found = await docs.get('setting', ID)
  if (found !== undefined) return found.doc.value as string
  const made = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('base64url')
  try {
    await docs.put('setting', ID, { value: made }, { version: 0 })
    return made
  } catch (e) {
    if (e instanceof AppError && e.code === 'DOC-409') return idSecret(docs)
    throw e
  }
}
