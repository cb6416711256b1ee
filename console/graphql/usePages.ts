import { useCallback, useEffect, useRef, useState } from 'react'
import type { Answer } from './ask.ts'
import type { Failure } from './failure.ts'

/** One page of a connection. */
export interface PageOf<T> {
  readonly rows: readonly T[]
  readonly total: number
  readonly next: string | undefined
  readonly tookMs?: number
}

export interface Pages<T> {
  readonly rows: readonly T[]
  readonly total: number | undefined
  readonly tookMs: number | undefined
  readonly failure: Failure | undefined
  /** Nothing of this list is known yet. */
  readonly first: boolean
  readonly loading: boolean
  readonly cancelled: boolean
  readonly loadedAt: number | undefined
  readonly hasMore: boolean
  readonly more: () => void
  readonly reload: () => void
  readonly cancel: () => void
  /** Changes rows in place, without moving any. */
  readonly patch: (change: (row: T) => T) => void
}

interface Held<T> {
  readonly key: string
  readonly rows: readonly T[]
  readonly total: number | undefined
  readonly next: string | undefined
  readonly tookMs: number | undefined
  readonly failure: Failure | undefined
  readonly loading: boolean
  readonly cancelled: boolean
  readonly loadedAt: number | undefined
}

/**
 * A list that grows page by page and never changes by itself: only `reload`, `more` and a new `key` ask the server.
 * While a new answer for the same key is awaited, the rows at hand stay.
 */
export function usePages<T>(
  key: string,
  load: (after: string | undefined, signal: AbortSignal) => Promise<Answer<PageOf<T>>>,
): Pages<T> {
  const empty = (k: string): Held<T> => ({
    key: k,
    rows: [],
    total: undefined,
    next: undefined,
    tookMs: undefined,
    failure: undefined,
    loading: true,
    cancelled: false,
    loadedAt: undefined,
  })
  const [held, setHeld] = useState<Held<T>>(() => empty(key))
  const loader = useRef(load)
  loader.current = load
  const running = useRef<AbortController | undefined>(undefined)

  const run = useCallback(async (forKey: string, after: string | undefined) => {
    running.current?.abort()
    const controller = new AbortController()
    running.current = controller
    setHeld((h) => ({ ...(h.key === forKey ? h : empty(forKey)), loading: true, cancelled: false }))
    let answer: Answer<PageOf<T>>
    try {
      answer = await loader.current(after, controller.signal)
    } catch {
      return
    }
    if (controller.signal.aborted) return
    running.current = undefined
    setHeld((h) => {
      if (h.key !== forKey) return h
      if (!answer.ok) return { ...h, failure: answer.failure, loading: false }
      const { rows, total, next, tookMs } = answer.data
      return {
        key: forKey,
        rows: after === undefined ? rows : [...h.rows, ...rows],
        total,
        next,
        tookMs: after === undefined ? tookMs : h.tookMs,
        failure: undefined,
        loading: false,
        cancelled: false,
        loadedAt: Date.now(),
      }
    })
  }, [])

  useEffect(() => {
    void run(key, undefined)
    return () => running.current?.abort()
  }, [key, run])

  const shown = held.key === key ? held : empty(key)
  return {
    ...shown,
    first: shown.loadedAt === undefined && shown.failure === undefined,
    hasMore: shown.next !== undefined,
    more: () => {
      if (!shown.loading && shown.next !== undefined && shown.failure === undefined) void run(key, shown.next)
    },
    reload: () => void run(key, undefined),
    cancel: () => {
      running.current?.abort()
      running.current = undefined
      setHeld((h) => ({ ...h, loading: false, cancelled: true }))
    },
    patch: (change) => setHeld((h) => ({ ...h, rows: h.rows.map(change) })),
  }
}
