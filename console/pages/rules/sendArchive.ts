import { sessionHeaders } from '../../graphql/csrf.ts'
import type { Failure } from '../../graphql/failure.ts'
import { settings } from '../../session/settings.ts'
import type { ProblemRow } from './queries.ts'

/** What the server says became of an import. */
export interface Imported {
  readonly files: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
  readonly ignored: number
  readonly rules: number
  readonly refused: number
  readonly problems: readonly Omit<ProblemRow, 'ruleId'>[]
}

export type ImportAnswer =
  | { readonly ok: true; readonly value: Imported }
  | { readonly ok: false; readonly failure: Failure }

/** Sends an archive of rules; says how much is sent, bytes, which only this kind of request tells. */
export function sendArchive(
  archive: Blob,
  type: 'application/zip' | 'application/gzip',
  onSent: (bytes: number) => void,
  signal: AbortSignal,
): Promise<ImportAnswer> {
  return new Promise((done) => {
    const request = new XMLHttpRequest()
    request.open('POST', '/rules/import')
    request.setRequestHeader('content-type', type)
    for (const [name, value] of Object.entries(sessionHeaders(settings().language)))
      request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => onSent(event.loaded)
    request.onload = () => done(readAnswer(request.status, request.responseText))
    request.onerror = () => done(failed('NET', ''))
    signal.addEventListener('abort', () => {
      request.abort()
      done(failed('NET', ''))
    })
    request.send(archive)
  })
}

function readAnswer(status: number, text: string): ImportAnswer {
  let body: Record<string, unknown> = {}
  try {
    body = JSON.parse(text) as Record<string, unknown>
  } catch {
    // A body that is no JSON comes from something between us and the server.
  }
  if (status >= 200 && status < 300 && typeof body.files === 'number')
    return { ok: true, value: body as unknown as Imported }
  const code = typeof body.code === 'string' ? body.code : `HTTP-${status}`
  return failed(code, typeof body.message === 'string' ? body.message : '')
}

function failed(code: string, message: string): ImportAnswer {
  return { ok: false, failure: { code, message, problems: [] } }
}
