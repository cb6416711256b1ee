export interface IncidentNews {
  readonly kind: 'opened' | 'changed'
  readonly number: string
}

/** A listener that has not kept up forgets which came first, never that something changed; beyond this, the oldest. */
const WAITING = 5_000

/** Tells those who listen which incidents were opened or changed; what they may know of it they ask themselves. */
export class IncidentHub {
  readonly #listeners = new Set<(news: IncidentNews) => void>()

  /** How many listen now. */
  get listening(): number {
    return this.#listeners.size
  }

  publish(news: IncidentNews): void {
    for (const tell of this.#listeners) tell(news)
  }

  /** News from now on, several of one incident as one; ends when the signal is aborted or the reader stops. */
  async *listen(signal?: AbortSignal): AsyncGenerator<readonly IncidentNews[]> {
    const waiting = new Map<string, IncidentNews>()
    let wake = () => {}
    const listener = (news: IncidentNews) => {
      const before = waiting.get(news.number)
      waiting.set(news.number, before?.kind === 'opened' ? before : news)
      if (waiting.size > WAITING) waiting.delete(waiting.keys().next().value!)
      wake()
    }
    const stop = () => wake()
    this.#listeners.add(listener)
    signal?.addEventListener('abort', stop)
    try {
      while (signal?.aborted !== true) {
        if (waiting.size === 0)
          await new Promise<void>((done) => {
            wake = done
          })
        const news = [...waiting.values()]
        waiting.clear()
        if (news.length > 0) yield news
      }
    } finally {
      this.#listeners.delete(listener)
      signal?.removeEventListener('abort', stop)
    }
  }
}
