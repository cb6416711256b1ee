import { AppError } from './errors.ts'
import type { DocumentStore } from './ports.ts'

/** A random text of so many bytes that a store keeps under this setting's id: made by whoever asks first, the same ever after. */
export async function madeOnce(docs: DocumentStore, id: string, bytes: number): Promise<string> {
  const found = await docs.get('setting', id)
  if (found !== undefined) return found.doc.value as string
  const made = Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('base64url')
  try {
    await docs.put('setting', id, { value: made }, { version: 0 })
    return made
  } catch (e) {
    if (e instanceof AppError && e.code === 'DOC-409') return madeOnce(docs, id, bytes)
    throw e
  }
}
