import { AppError, type Problem as CoreProblem } from '../../core/errors.ts'
import { messageOf } from '../../core/messages/errors.ts'
import type { ApiContext } from '../context.ts'
import type { Language } from '../services.ts'
import { builder } from './builder.ts'
import { SearchError } from './search.ts'

/** Why a mutation changed nothing, as its answer. */
class Refusal {
  readonly code: string
  readonly message: string
  readonly problems: readonly CoreProblem[]

  constructor(error: AppError, language: Language, problems: readonly CoreProblem[] = []) {
    this.code = error.code
    this.message = messageOf(error.code, error.details, language)
    this.problems = problems
  }
}
class NotAllowed extends Refusal {}
class NotFound extends Refusal {}
class Conflict extends Refusal {}
class Invalid extends Refusal {}

/** Several problems of one text at once. */
export class ProblemsError extends SearchError {}

const ErrorInterface = builder.interfaceRef<Refusal>('Error').implement({
  description: 'What every error of a mutation says: a code, and a message in the reader’s language.',
  fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
})

const Problem = builder.objectRef<CoreProblem>('Problem').implement({
  fields: (t) => ({
    line: t.exposeInt('line'),
    column: t.exposeInt('column'),
    code: t.exposeString('code'),
    message: t.string({ resolve: (p, _, ctx) => problemMessage(p, ctx.language) }),
  }),
})

export function problemMessage(p: CoreProblem, language: Language): string {
  return p.details === undefined ? p.message : messageOf(p.code, p.details, language)
}

builder.objectType(NotAllowed, {
  name: 'NotAllowed',
  interfaces: [ErrorInterface],
  isTypeOf: (v) => v instanceof NotAllowed,
})
builder.objectType(NotFound, { name: 'NotFound', interfaces: [ErrorInterface], isTypeOf: (v) => v instanceof NotFound })
builder.objectType(Conflict, {
  name: 'Conflict',
  description: 'Somebody changed it meanwhile: load it again.',
  interfaces: [ErrorInterface],
  isTypeOf: (v) => v instanceof Conflict,
})
builder.objectType(Invalid, {
  name: 'Invalid',
  interfaces: [ErrorInterface],
  isTypeOf: (v) => v instanceof Invalid,
  fields: (t) => ({ problems: t.field({ type: [Problem], resolve: (e) => [...e.problems] }) }),
})

export const ERROR_TYPES = [NotAllowed, NotFound, Conflict, Invalid] as const
export type AnyRefusal = NotAllowed | NotFound | Conflict | Invalid

/** The name of an answer's type, for unions of a payload and the errors. */
export function typeOfAnswer(payload: string): (answer: unknown) => string {
  return (answer) =>
    answer instanceof NotAllowed
      ? 'NotAllowed'
      : answer instanceof NotFound
        ? 'NotFound'
        : answer instanceof Conflict
          ? 'Conflict'
          : answer instanceof Invalid
            ? 'Invalid'
            : payload
}

/** Runs a mutation: what it refuses becomes its answer; anything unexpected goes on to the border, which masks it. */
export async function answer<T>(ctx: ApiContext, change: () => Promise<T>): Promise<T | AnyRefusal> {
  try {
    return await change()
  } catch (error) {
    if (!(error instanceof AppError) || error.status >= 500) throw error
    if (error.status === 401 || error.status === 403) return new NotAllowed(error, ctx.language)
    if (error.status === 404) return new NotFound(error, ctx.language)
    if (error.code === 'DOC-409') return new Conflict(error, ctx.language)
    return new Invalid(error, ctx.language, error instanceof SearchError ? error.problems : [])
  }
}
