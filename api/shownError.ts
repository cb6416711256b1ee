import { GraphQLError } from 'graphql'
import { AppError } from '../core/errors.ts'
import { messageOf } from '../core/messages/errors.ts'
import type { Tell } from '../core/telemetry.ts'
import { problemMessage } from './schema/errors.ts'
import { SearchError } from './schema/search.ts'
import type { Language } from './services.ts'

/** Statuses that GraphQL over HTTP hands on: nobody, or nobody allowed, was there to ask. */
const HTTP = new Set([401, 403])

/**
 * An error as its caller may see it: ours with code, details and places; GraphQL's own as they are; anything else masked
 * and told to the operators.
 */
export function shownError(error: unknown, tell?: Tell): GraphQLError {
  const original = error instanceof GraphQLError ? error.originalError : error
  const at = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {}
  if (original instanceof AppError) {
    if (original.status >= 500) tell?.('request_failed', { error: original.message })
    const { code, status } = original
    // What a store says of itself (files, statements) is for the operators.
    const details = code === 'STO-500' ? { problem: 'unexpected failure' } : original.details
    const problems = original instanceof SearchError ? { problems: original.problems } : {}
    const byKey = code.startsWith('COL-') || code === 'ACC-007'
    const http = byKey && HTTP.has(status) ? { http: { status } } : {}
    const extensions = { code, details, ...problems, ...http }
    return new GraphQLError(messageOf(code, details, 'en'), { ...at, extensions } as never)
  }
  if (
    error instanceof GraphQLError &&
    (original === undefined || original === null || original instanceof GraphQLError)
  )
    return error
  tell?.('request_failed', { error: String(original instanceof Error ? original.stack : original) })
  return new GraphQLError('Unexpected error.', { ...at, extensions: { code: 'INTERNAL_SERVER_ERROR' } } as never)
}

/** The same error with its message, and those of its problems, in that language. */
export function localised(error: GraphQLError, language: Language): GraphQLError {
  const { code, details, problems } = error.extensions as {
    code?: unknown
    details?: Readonly<Record<string, string | number>>
    problems?: SearchError['problems']
  }
  if (typeof code !== 'string' || details === undefined) return error
  const extensions = {
    ...error.extensions,
    ...(problems === undefined
      ? {}
      : {
          problems: problems.map((p) => ({
            line: p.line,
            column: p.column,
            code: p.code,
            message: problemMessage(p, language),
            details: p.details,
          })),
        }),
  }
  return new GraphQLError(messageOf(code, details, language), {
    nodes: error.nodes,
    path: error.path,
    extensions,
  } as never)
}
