import { AppError } from '../core/errors.ts'

const WHY: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use; choose another port, or 0 for a free one',
  EACCES: 'this user may not; ports below 1024 are for the system',
  EADDRNOTAVAIL: 'this machine has no such address',
  ENOTFOUND: 'there is no host of that name',
}

/** Opens a listener of the setting `key` (http, ingest, syslog); CFG-001 where its address cannot be had. */
export async function listening<T>(key: string, opened: Promise<T>): Promise<T> {
  try {
    return await opened
  } catch (error) {
    const { code = '', address, port, hostname } = error as NodeJS.ErrnoException & Record<string, unknown>
    const why = WHY[code]
    if (why === undefined) throw error
    const at = address === undefined ? hostname : `${address}:${port}`
    throw new AppError('CFG-001', { problem: `${key}: cannot listen at ${at} (${code}): ${why}` })
  }
}
