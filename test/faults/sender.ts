/** How a sender makes its events known: by `Idempotency-Key`, by ids of its own (`_bulk`), or not at all. */
export type SenderKind = 'idempotent' | 'ids' | 'plain'

export interface SenderOptions {
  readonly kind: SenderKind
  /** Address of the machines' entrance, which may be another after a restart. */
  readonly address: () => string
  readonly key: string
  /** An event with that message, the `i`th of its batch; or a line that is no JSON. */
  readonly event: (message: string, i: number) => object | string
  /** Milliseconds between two batches. */
  readonly pause?: number
}

/** One sender: batches in order, each repeated until it is answered if it has an identity, else sent once. */
export class Sender {
  readonly acknowledged: string[] = []
  readonly unanswered: string[] = []
  /** Answers other than 200, and requests without one. */
  readonly refusals = new Map<string, number>()
  stop = false
  readonly #name: string
  readonly #options: SenderOptions

  constructor(name: string, options: SenderOptions) {
    this.#name = name
    this.#options = options
  }

  async run(): Promise<void> {
    const { kind, pause = 0 } = this.#options
    for (let batch = 0; !this.stop; batch++) {
      const messages = Array.from({ length: 1 + (batch % 50) }, (_, i) => `${this.#name} ${batch} ${i}`)
      let ok = await this.#send(batch, messages)
      while (!ok && kind !== 'plain') {
        await wait(20)
        ok = await this.#send(batch, messages)
      }
      ;(ok ? this.acknowledged : this.unanswered).push(...messages)
      await wait(ok ? pause : 20)
    }
  }

  async #send(batch: number, messages: readonly string[]): Promise<boolean> {
    const { kind, address, key, event } = this.#options
    const documents = messages.map((message, i) => {
      const e = event(message, i)
      return typeof e === 'string' ? e : JSON.stringify(e)
    })
    const bulk = kind === 'ids'
    const body = bulk
      ? documents.map((d, i) => `{"create":{"_index":"x","_id":"${this.#name}-${batch}-${i}"}}\n${d}\n`).join('')
      : documents.map((d) => `${d}\n`).join('')
    const headers: Record<string, string> = { authorization: `Bearer ${key}`, 'user-agent': 'sender' }
    if (kind === 'idempotent') headers['idempotency-key'] = `${this.#name}-${batch}`
    try {
      const response = await fetch(`${address()}/${bulk ? '_bulk' : 'ingest'}`, { method: 'POST', headers, body })
      await response.arrayBuffer()
      if (response.status !== 200) this.#refused(String(response.status))
      return response.status === 200
    } catch {
      this.#refused('no answer')
      return false
    }
  }

  #refused(why: string): void {
    this.refusals.set(why, (this.refusals.get(why) ?? 0) + 1)
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
