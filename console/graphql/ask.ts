import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { useCallback } from 'react'
import { useClient, useMutation, useQuery } from 'urql'
import { type Failure, failureOf, isRefusal, type Refusal } from './failure.ts'

/** A question and its state: data as known, what failed, whether an answer is awaited. */
export interface Asked<D> {
  readonly data: D | undefined
  readonly failure: Failure | undefined
  readonly fetching: boolean
  readonly reload: () => void
}

/** Asks a question and follows its answer. */
export function useAsk<D, V extends AnyVariables>(
  query: TypedDocumentNode<D, V>,
  variables: V,
  options: { readonly pause?: boolean } = {},
): Asked<D> {
  const [{ data, error, fetching, stale }, again] = useQuery<D, V>({
    query,
    variables,
    pause: options.pause ?? false,
  } as Parameters<typeof useQuery<D, V>>[0])
  const reload = useCallback(() => again({ requestPolicy: 'network-only' }), [again])
  return {
    data: data ?? undefined,
    failure: error === undefined ? undefined : failureOf(error),
    fetching: fetching || stale,
    reload,
  }
}

export type Answer<D> = { readonly ok: true; readonly data: D } | { readonly ok: false; readonly failure: Failure }

/** Asks once, past the cache, so that the caller decides when what is shown changes; aborts with the signal. */
export function useAskOnce(): <D, V extends AnyVariables>(
  query: TypedDocumentNode<D, V>,
  variables: V,
  signal?: AbortSignal,
) => Promise<Answer<D>> {
  const client = useClient()
  return useCallback(
    (query, variables, signal) =>
      new Promise((done, stopped) => {
        let over = false
        const source = client.query(query, variables, { requestPolicy: 'network-only' })
        const { unsubscribe } = source.subscribe((result) => {
          if (over || result.stale) return
          over = true
          queueMicrotask(() => unsubscribe())
          if (result.error !== undefined) done({ ok: false, failure: failureOf(result.error) })
          else if (result.data === undefined) done({ ok: false, failure: { code: 'NET', message: '', problems: [] } })
          else done({ ok: true, data: result.data })
        })
        signal?.addEventListener('abort', () => {
          over = true
          unsubscribe()
          stopped(new DOMException('aborted', 'AbortError'))
        })
      }),
    [client],
  )
}

export type Changed<P> =
  | { readonly ok: true; readonly value: P }
  | { readonly ok: false; readonly kind: Refusal['__typename'] | 'Failed'; readonly failure: Failure }

/** Makes a change; its typed errors come back as refusals, never as exceptions. `field` is the mutation's name. */
export function useChange<D, V extends AnyVariables, K extends keyof D>(
  mutation: TypedDocumentNode<D, V>,
  field: K,
): (variables: V) => Promise<Changed<Exclude<NonNullable<D[K]>, Refusal>>> {
  const [, run] = useMutation(mutation)
  return useCallback(
    async (variables: V) => {
      const result = await run(variables)
      if (result.error !== undefined) return { ok: false, kind: 'Failed', failure: failureOf(result.error) }
      const answer = result.data?.[field] as ({ __typename: string } & D[K]) | undefined | null
      if (answer === undefined || answer === null)
        return { ok: false, kind: 'Failed', failure: { code: 'API-500', message: '', problems: [] } }
      if (isRefusal(answer)) {
        const { code, message, problems } = answer
        return { ok: false, kind: answer.__typename, failure: { code, message, problems: problems ?? [] } }
      }
      return { ok: true, value: answer as Exclude<NonNullable<D[K]>, Refusal> }
    },
    [run, field],
  )
}
