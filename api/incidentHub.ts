export interface IncidentNews {
  readonly kind: 'opened' | 'changed'
  readonly number: string
}

/** A listener that has not kept up forgets which came first, never that something changed; beyond this, the oldest. */
const WAITING = 5_000

/** Tells those who listen which incidents were opened or changed; what they may know of it they ask themselves. */
export class IncidentHub {
  readonly #listeners = new Map<(news: IncidentNews) => void, string>()

  /** How many listen now. */
  get listening(): number {
    return this.#listeners.size
  }

  /** How many times that reader listens now. */
  listeningOf(who: string): number {
    return [...this.#listeners.values()].filter((w) => w === who).length
  }

  publish(news: IncidentNews): void {
    for (const tell of this.#listeners.keys()) tell(news)
  }

  /** News for a reader from now on, several of one incident as one; ends when the signal is aborted or he stops. */
  async *listen(who: string, signal?: AbortSignal): AsyncGenerator<readonly IncidentNews[]> {
    const waiting = new Map<string, IncidentNews>()
    let wake = () => {}
    const listener = (news: IncidentNews) => {
      const before = waiting.get(news.number)
      waiting.set(news.number, before?.kind === 'opened' ? before : news)
      if (waiting.size > WAITING) waiting.delete(waiting.keys().next().value!)
      wake()
    }
    const stop = () => wake()
    this.#listeners.set(listener, who)
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
