import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { AppError } from '../core/errors.ts'

export interface TlsFiles {
  readonly certificate: string
  readonly key: string
}

/**
 * Reads certificate (chain) and key, PEM; `of` is the setting that names them. CFG-002 where one is not there, CFG-001
 * where one is no such thing or the two do not belong together.
 */
export function readTls(of: 'http' | 'ingest', files: TlsFiles): TlsFiles {
  const certificate = text(files.certificate)
  const key = text(files.key)
  const leaf = parsed(of, 'certificate', files.certificate, () => new X509Certificate(certificate))
  const secret = parsed(of, 'key', files.key, () => createPrivateKey(key))
  if (!leaf.checkPrivateKey(secret))
    throw new AppError('CFG-001', { problem: `${of}.tls: ${files.key} is not the key of ${files.certificate}` })
  return { certificate, key }
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    throw new AppError('CFG-002', { path })
  }
}

function parsed<T>(of: string, part: keyof TlsFiles, path: string, read: () => T): T {
  try {
    return read()
  } catch {
    const wanted = part === 'key' ? 'a private key without a passphrase' : 'a certificate'
    throw new AppError('CFG-001', { problem: `${of}.tls.${part}: ${path} does not hold ${wanted} in PEM` })
  }
}
