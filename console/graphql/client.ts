import { Client, cacheExchange, fetchExchange, mapExchange, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-sse'
import { settings } from '../session/settings.ts'
import { sessionHeaders } from './csrf.ts'

export type LiveState = 'connecting' | 'live' | 'lost'

export interface ClientOptions {
  /** Called when the server says that nobody is signed in. */
  readonly onSignedOut: () => void
  readonly onLive: (state: LiveState) => void
}

/** The GraphQL client of one session: queries and changes by POST, the live stream by server-sent events. */
export function createGraphClient(options: ClientOptions): Client {
  const sse = createClient({
    url: '/graphql',
    headers: () => sessionHeaders(settings().language),
    credentials: 'same-origin',
    retryAttempts: Number.MAX_SAFE_INTEGER,
    // A refused stream stays refused; everything else is worth another try, ever more slowly.
    retry: (tries) => new Promise((done) => setTimeout(done, Math.min(30_000, 500 * 2 ** Math.min(tries, 6)))),
    on: {
      connecting: (again) => options.onLive(again ? 'lost' : 'connecting'),
      connected: () => options.onLive('live'),
    },
  })
  return new Client({
    url: '/graphql',
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: () => ({ credentials: 'same-origin', headers: sessionHeaders(settings().language) }),
    exchanges: [
      mapExchange({
        onError(error) {
          if (error.graphQLErrors.some((e) => e.extensions?.code === 'ACC-003')) options.onSignedOut()
        },
      }),
      cacheExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: sse.subscribe(
              { query: request.query ?? '', variables: request.variables as Record<string, unknown> },
              {
                next: (value) => sink.next(value as never),
                error: (error) => {
                  options.onLive('lost')
                  sink.error(error)
                },
                complete: () => sink.complete(),
              },
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  })
}
