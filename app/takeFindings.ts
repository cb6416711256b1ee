import type { TakeFindings } from '../collectors/index.ts'
import { AppError } from '../core/errors.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'

export function takeFindings(_docs: DocumentStore, _clock: Clock): TakeFindings {
  return async () => {
    throw new AppError('FND-415')
  }
}
