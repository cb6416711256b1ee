import { type MessagePort, Worker } from 'node:worker_threads'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import { ANY, ONE } from '../../core/filter.ts'

/** Questions to a thread and their answers, in no order: each carries a number. */
interface Request {
  readonly n: number
  readonly question: unknown
}
type Reply =
  | { readonly n: number; readonly value: unknown }
  | { readonly n: number; readonly error: WireError }
  | { readonly n: 0; readonly error?: WireError }

interface WireError {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number>>
}

/** The calling end: a worker that answers requests. Its thread keeps the process alive only while an answer is due. */
export class Thread {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  #n = 0
  #dead: Error | undefined

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  /** Starts it; resolves when it is ready to answer. */
  static async start(module: URL, data: unknown): Promise<Thread> {
    const thread = new Thread(new Worker(module, { workerData: data }))
    await thread.#ready()
    return thread
  }

  get alive(): boolean {
    return this.#dead === undefined
  }

  async call<T>(question: unknown): Promise<T> {
    if (this.#dead !== undefined) throw this.#dead
    const n = ++this.#n
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.#worker.postMessage({ n, question } satisfies Request)
      this.#waiting.set(n, { resolve, reject })
      this.#worker.ref()
    })
    return answer as T
  }

  async stop(): Promise<void> {
    this.#fail(new AppError('STO-500', { problem: 'the document store is closed' }))
    await this.#worker.terminate()
  }

  #ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#worker.on('message', (reply: Reply) => {
        if (reply.n !== 0) return this.#answer(reply)
        if ('error' in reply && reply.error !== undefined) reject(this.#fail(revive(reply.error)))
        else {
          this.#worker.unref()
          resolve()
        }
      })
      const died = (why: string) => {
        reject(this.#fail(new AppError('STO-500', { problem: `a thread of the document store ended: ${why}` })))
      }
      this.#worker.on('error', (error) => died(error instanceof Error ? error.message : String(error)))
      this.#worker.on('exit', (code) => died(`exit code ${code}`))
    })
  }

  #answer(reply: Reply): void {
    const waiting = this.#waiting.get(reply.n)
    this.#waiting.delete(reply.n)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('value' in reply) waiting?.resolve(reply.value)
    else if (reply.error !== undefined) waiting?.reject(revive(reply.error))
  }

  #fail(error: Error): Error {
    this.#dead ??= error
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
    return error
  }
}

function revive(error: WireError): AppError {
  return new AppError(error.code, { ...error.details })
}

// ---------------------------------------------------------------------------------------------------------------------

/** The answering end's way to reply. */
export interface Replies {
  ready(): void
  refuseToStart(error: AppError): void
  answer(n: number, value: unknown): void
  fail(n: number, error: AppError): void
}

/** Takes questions from the other end; `take` must not throw. */
export function serve(port: MessagePort, take: (n: number, question: unknown) => void): Replies {
  port.on('message', ({ n, question }: Request) => take(n, question))
  const post = (reply: Reply) => port.postMessage(reply)
  const wire = ({ code, details }: AppError): WireError => ({ code, details })
  return {
    ready: () => post({ n: 0 }),
    refuseToStart: (error) => post({ n: 0, error: wire(error) }),
    answer: (n, value) => post({ n, value }),
    fail: (n, error) => post({ n, error: wire(error) }),
  }
}

const WILD = '#wild'

/** A question with filters as text: threads cannot hand over symbols, so wildcards are written as objects. */
export function pack(question: object): string {
  return JSON.stringify(question, (_, v: unknown) => (v === ANY ? { [WILD]: '*' } : v === ONE ? { [WILD]: '?' } : v))
}

export function unpack(text: string): unknown {
  return JSON.parse(text, text.includes(`"${WILD}"`) ? revivePattern : undefined)
}

function revivePattern(_: string, v: unknown): unknown {
  const wild = typeof v === 'object' && v !== null && WILD in v ? v[WILD] : undefined
  return wild === '*' ? ANY : wild === '?' ? ONE : v
}
