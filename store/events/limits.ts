import { AppError } from '../../core/errors.ts'

/** A whole number from 1 to `most`; QRY-303 otherwise. */
export function limited(what: string, n: number, most: number): number {
  if (!Number.isSafeInteger(n) || n < 1 || n > most)
    throw new AppError('QRY-303', { problem: `${what}: a whole number from 1 to ${most}` })
  return n
}
