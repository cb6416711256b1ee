import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError } from '../../core/errors.ts'
import { messageOf } from '../../core/messages/errors.ts'
import { preferredLanguage } from '../language.ts'
import type { Language } from '../services.ts'

/** Answers requests below one address; `path` is decoded, without the query. */
export type Handler = (req: IncomingMessage, res: ServerResponse, path: string) => Promise<void>

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  res.writeHead(status, { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'no-store', ...headers })
  res.end(JSON.stringify(body))
}

/** Answers an error of ours as `{code, message, details}`; a failure goes on to the server, which masks and tells it. */
export function sendError(req: IncomingMessage, res: ServerResponse, error: unknown, language?: Language): void {
  if (!(error instanceof AppError) || error.code === 'STO-500') throw error
  const { code, details, status } = error
  const lang = language ?? preferredLanguage(req.headers['accept-language'])
  sendJson(res, status, { code, message: messageOf(code, details, lang), details })
}

/** Reads a small JSON object; COL-400 where it is none, COL-413 where it is larger than `limit` bytes. */
export async function readJson(req: IncomingMessage, limit = 16_384): Promise<Readonly<Record<string, unknown>>> {
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? ''))
    throw new AppError('COL-400', { problem: 'the content type must be application/json' })
  const parts: Buffer[] = []
  let size = 0
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length
    if (size > limit) throw new AppError('COL-413', { limit })
    parts.push(part)
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(parts).toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // told below
  }
  throw new AppError('COL-400', { problem: 'the body must be a JSON object' })
}
