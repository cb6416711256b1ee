import { useCSRFPrevention } from '@graphql-yoga/plugin-csrf-prevention'
import {
  type ExecutionResult,
  type GraphQLError,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
} from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import type { AppError } from '../../core/errors.ts'
import { type ApiContext, contextOf } from '../context.ts'
import { CSRF_HEADER, demandCsrf, identify } from '../identify.ts'
import { preferredLanguage } from '../language.ts'
import { aliasLimit, LIMITS } from '../limits.ts'
import { apiSchema } from '../schema/index.ts'
import type { Language, Services } from '../services.ts'
import { localised, shownError } from '../shownError.ts'
import type { Handler } from './handler.ts'

/** GraphQL over HTTP, subscriptions over SSE, at `/graphql`. */
export function createGraphqlHandler(services: Services, options: { readonly introspection: boolean }): Handler {
  const yoga = createYoga<Record<string, never>, ApiContext>({
    schema: apiSchema(),
    graphqlEndpoint: '/graphql',
    // Yoga's own answers of any origin with credentials.
    cors: false,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    logging: false,
    maxRequestBodySize: LIMITS.bodyBytes,
    maskedErrors: {
      errorMessage: 'Unexpected error.',
      maskError: (error) => shownError(error, services.tell) as GraphQLError,
    },
    context: ({ request }) => {
      const credentials = { authorization: request.headers.get('authorization'), cookie: request.headers.get('cookie') }
      return contextOf({
        services,
        signal: request.signal,
        preferred: preferredLanguage(request.headers.get('accept-language')),
        csrf: request.headers.get(CSRF_HEADER),
        identify: () => identify(services, credentials),
      })
    },
    plugins: [
      // Foreign pages can send none of these by themselves; a key needs no more than its own header.
      useCSRFPrevention({ requestHeaders: [CSRF_HEADER, 'x-graphql-yoga-csrf', 'authorization'] }),
      useBorder(options),
    ],
  })
  return async (req, res) => {
    await yoga(req, res)
  }
}

/** What every operation passes: limits of its text, the token of changes, and errors in the reader's language. */
function useBorder({ introspection }: { readonly introspection: boolean }): Plugin<ApiContext> {
  return {
    onParse: ({ setParseFn }) =>
      setParseFn(((source: string, o: object) => parse(source, { ...o, maxTokens: LIMITS.tokens })) as never),
    onValidate: ({ addValidationRule }) => {
      addValidationRule(aliasLimit)
      if (!introspection) addValidationRule(NoSchemaIntrospectionCustomRule)
    },
    onExecute: ({ args, setResultAndStopExecution }) => {
      const context = args.contextValue as ApiContext
      const operation = getOperationAST(args.document, args.operationName)
      if (operation?.operation === 'mutation') {
        try {
          demandCsrf(context, context.csrf)
        } catch (error) {
          setResultAndStopExecution({ errors: [localised(shownError(error), context.language)] })
          return undefined
        }
      }
      return {
        onExecuteDone: ({ result, setResult }) => {
          if (!(Symbol.asyncIterator in result)) setResult(inLanguage(result, context.language))
        },
      }
    },
  }
}

function inLanguage(result: ExecutionResult, language: Language): ExecutionResult {
  if (result.errors === undefined) return result
  return { ...result, errors: result.errors.map((e) => localised(shownErrorOf(e), language)) }
}

/** Only what is ours to show is translated here; the rest is left for masking, which also tells of it. */
function shownErrorOf(error: GraphQLError): GraphQLError {
  return (error.originalError as AppError | undefined)?.name === 'AppError' ? shownError(error) : error
}
