import { AppError } from '../../core/errors.ts'
import { decodeReport } from './decodeReport.ts'
import { isSarif, readSarif } from './readSarif.ts'
import { isTrivy, readTrivy } from './readTrivy.ts'
import type { Report } from './reported.ts'

/**
 * Reads a scanner's report, recognised by its content. Throws FND-400 (unreadable or cut off, with its place), FND-415 (no
 * format we know) or FND-422 (the format, but no report); what single results lack is in `rejected`.
 */
export function readReport(bytes: Uint8Array): Report {
  const report = decodeReport(bytes)
  if (isSarif(report)) return readSarif(report)
  if (isTrivy(report)) return readTrivy(report)
  throw new AppError('FND-415', {}, { line: 1, column: 1 })
}
