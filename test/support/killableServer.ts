import { type ChildProcess, fork } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'

/** What `test/faults/intakeServer.ts` says of all that it stored. */
export interface Report {
  readonly count: number
  readonly messages: readonly string[]
  readonly ids: number
  readonly counted: number
  readonly signals: number
  readonly quarantined: { readonly kept: number }
}

/** A process with the whole intake, started and killed as often as a test wants. */
export class KillableServer {
  readonly #data: string
  #child: ChildProcess | undefined
  #fixed: number
  port = 0

  /** `port` 0: another one at each start. */
  constructor(data: string, port = 0) {
    this.#data = data
    this.#fixed = port
  }

  async start(): Promise<void> {
    this.#child = fork(join(import.meta.dirname, '../faults/intakeServer.ts'), [this.#data, String(this.#fixed)])
    this.port = (await this.#answer<{ ready: number }>()).ready
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  /** Settles everything and tells what is stored. */
  report(): Promise<Report> {
    this.#child!.send('report')
    return this.#answer<Report>()
  }

  #answer<T>(): Promise<T> {
    const child = this.#child!
    return new Promise((resolve, reject) => {
      const ended = (code: number | null, signal: string | null) =>
        reject(new Error(`the server ended: ${code ?? signal}`))
      child.once('exit', ended)
      child.once('message', (m) => {
        child.off('exit', ended)
        resolve(m as T)
      })
    })
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const s = createServer()
  await new Promise<void>((resolve) => s.listen(0, '127.0.0.1', resolve))
  const { port } = s.address() as { port: number }
  await new Promise((resolve) => s.close(resolve))
  return port
}
