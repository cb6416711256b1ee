import type { IncomingMessage, ServerResponse } from 'node:http'
import { AppError, type ErrorCode } from '../../core/errors.ts'

/** Shippers refuse to speak to a server whose answers lack this. */
export const PRODUCT = { 'X-Elastic-Product': 'Elasticsearch' } as const

/** Senders of one's own protocol, or of Elasticsearch's: they read errors in different forms. */
export type Dialect = 'own' | 'elastic'

/** Answers with JSON; clients that ask for a versioned type get it back. */
export function answerJson(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): void {
  const versioned = /application\/vnd\.elasticsearch\+json;\s*compatible-with=\d+/.exec(request.headers.accept ?? '')
  response.writeHead(status, {
    ...PRODUCT,
    'Content-Type': versioned?.[0] ?? 'application/json',
    'Content-Length': typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength,
    ...headers,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** Answers with an error in the sender's dialect. Anything but an AppError is masked. */
export function answerError(
  request: IncomingMessage,
  response: ServerResponse,
  dialect: Dialect,
  error: unknown,
  place: string,
): void {
  if (response.headersSent) return
  const known = error instanceof AppError ? error : new AppError('STO-500', { problem: 'unexpected failure' })
  const headers: Record<string, string> = {}
  if (known.status === 429 || known.status >= 500) headers['Retry-After'] = '5'
  if (known.code === 'COL-401') headers['WWW-Authenticate'] = 'Basic realm="suidun", charset="UTF-8", ApiKey, Bearer'
  if (dialect === 'own') {
    const at = known.place === undefined ? place : `line ${known.place.line}, column ${known.place.column}`
    const body = JSON.stringify({ code: known.code, message: known.message, place: at })
    answerJson(request, response, known.status, body, headers)
    return
  }
  // Whatever is our fault is answered as pressure: after 429 every shipper tries again, after 500 or 507 few do.
  const status = known.status >= 500 ? 429 : known.status
  const cause = { type: elasticType(known.code), reason: `${known.message} (${known.code})` }
  answerJson(request, response, status, JSON.stringify({ error: { root_cause: [cause], ...cause }, status }), headers)
}

function elasticType(code: ErrorCode): string {
  switch (code) {
    case 'COL-401':
    case 'COL-403':
      return 'security_exception'
    case 'COL-429':
    case 'STO-507':
      return 'es_rejected_execution_exception'
    case 'COL-404':
      return 'resource_not_found_exception'
    case 'COL-413':
      return 'content_too_long_exception'
    case 'COL-400':
    case 'COL-415':
      return 'illegal_argument_exception'
    default:
      return 'exception'
  }
}
