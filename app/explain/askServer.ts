import { readFileSync } from 'node:fs'
import { request as plain } from 'node:http'
import { request as secure } from 'node:https'
import type { Config } from '../../core/config.ts'
import { AppError, ERRORS, type ErrorCode } from '../../core/errors.ts'
import type { RunFile } from '../runFile.ts'

/** A question to the server that runs on this data folder. */
export interface ServerQuestion {
  readonly key: string
  readonly query: string
  readonly variables: Readonly<Record<string, string>>
}

/**
 * Asks the GraphQL API of the running server; of one with TLS the configured certificate is trusted, and no other. Errors are the server's
 * own; STO-500 where it cannot be reached.
 */
export async function askServer<T>(run: RunFile, config: Config, question: ServerQuestion): Promise<T> {
  const { key, query, variables } = question
  const answer = await post(new URL('/graphql', run.http), config, key, JSON.stringify({ query, variables }))
  let body: {
    data?: T | null
    errors?: { message: string; extensions?: { code?: string; details?: Record<string, string> } }[]
  }
  try {
    body = JSON.parse(answer)
  } catch {
    throw new AppError('STO-500', { problem: `${run.http} gives no answer that can be read` })
  }
  const [error] = body.errors ?? []
  if (error !== undefined) {
    const { code, details } = error.extensions ?? {}
    throw code !== undefined && Object.hasOwn(ERRORS, code)
      ? new AppError(code as ErrorCode, { ...details })
      : new AppError('STO-500', { problem: error.message })
  }
  return body.data!
}

function post(url: URL, config: Config, key: string, body: string): Promise<string> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` }
  const certificate = config.http.tls?.certificate
  const trust =
    url.protocol === 'https:' && certificate !== undefined
      ? { ca: readFileSync(certificate), allowPartialTrustChain: true, checkServerIdentity: () => undefined }
      : {}
  return new Promise((done, failed) => {
    const request = (url.protocol === 'https:' ? secure : plain)(
      url,
      { method: 'POST', headers, ...trust },
      (answer) => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => done(Buffer.concat(parts).toString('utf8')))
        answer.on('error', failed)
      },
    )
    request.on('error', (e) =>
      failed(new AppError('STO-500', { problem: `${url.origin} cannot be reached: ${e.message}` })),
    )
    request.end(body)
  })
}
