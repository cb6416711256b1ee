import type { CombinedError } from '@urql/core'

/** A refusal or failure as shown to a person: what happened, its code, and where in his text it happened. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly problems: readonly FailureProblem[]
}

export interface FailureProblem {
  readonly line: number
  readonly column: number
  readonly code: string
  readonly message: string
}

interface Extensions {
  readonly code?: unknown
  readonly problems?: unknown
  readonly place?: unknown
}

/** Reads a failed GraphQL answer. `NET` stands for "no answer at all"; anything without a code is masked as such. */
export function failureOf(error: CombinedError): Failure {
  const first = error.graphQLErrors[0]
  if (first === undefined) return { code: 'NET', message: '', problems: [] }
  const extensions = (first.extensions ?? {}) as Extensions
  const code = typeof extensions.code === 'string' ? extensions.code : 'API-500'
  const listed = Array.isArray(extensions.problems) ? extensions.problems.filter(isProblem) : []
  const place = isPlace(extensions.place) ? [{ ...extensions.place, code, message: first.message }] : []
  return { code, message: first.message, problems: listed.length > 0 ? listed : place }
}

function isPlace(value: unknown): value is { line: number; column: number } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { line?: unknown }).line === 'number' &&
    typeof (value as { column?: unknown }).column === 'number'
  )
}

function isProblem(value: unknown): value is FailureProblem {
  return isPlace(value) && typeof (value as { message?: unknown }).message === 'string'
}

/** What a mutation's union answers where it refused. */
export interface Refusal {
  readonly __typename: 'NotAllowed' | 'NotFound' | 'Conflict' | 'Invalid'
  readonly code: string
  readonly message: string
  readonly problems?: readonly FailureProblem[]
}

/** Whether a mutation's answer is one of its typed errors. */
export function isRefusal(answer: { readonly __typename: string }): answer is Refusal {
  return ['NotAllowed', 'NotFound', 'Conflict', 'Invalid'].includes(answer.__typename)
}
