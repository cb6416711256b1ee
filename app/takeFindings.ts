import { importReport, type TakeFindings } from '../collectors/index.ts'
import { AppError } from '../core/errors.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'

/** Takes scanners' reports: `?target=T` is required, `scope=PREFIX` says what the report looked at; unit and system are the key's. */
export function takeFindings(docs: DocumentStore, clock: Clock): TakeFindings {
  return async (key, body, query) => {
    const target = parameter(query, 'target') ?? ''
    const scope = parameter(query, 'scope')
    if (target === '')
      throw new AppError('FND-400', { problem: 'the address needs ?target=, the name of what was scanned' })
    const keyName = (await docs.get('key', key.id))?.doc.name ?? key.id
    const origin = { keyId: key.id, keyName, unitId: key.unitId, systemId: key.systemId }
    return importReport(docs, body, { target, scope, origin, clock })
  }
}

/** A parameter that stands once or not at all: which of two was meant nobody knows, and findings are closed by it. */
function parameter(query: URLSearchParams, name: string): string | null {
  const [value, ...more] = query.getAll(name)
  if (more.length > 0) throw new AppError('FND-400', { problem: `the address has ${name}= more than once` })
  if (value !== undefined && /\p{Cc}/u.test(value))
    throw new AppError('FND-400', { problem: `${name}= in the address holds control characters` })
  return value ?? null
}
