import { AppError } from '../core/errors.ts'
import { type ApiContext, readerOf } from './context.ts'
import { LIMITS } from './limits.ts'

interface Line {
  running: number
  readonly waiting: (() => void)[]
}

/** Questions that one reader may have under way in a store: his further ones wait, and those of others pass them by. */
const AT_ONCE = 3

/** Lets each reader have few questions under way at once. */
export class Turns {
  readonly #lines = new Map<string, Line>()

  /** Asks when it is the reader's turn. */
  async run<T>(who: string, ask: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(who) ?? { running: 0, waiting: [] }
    this.#lines.set(who, line)
    if (line.running >= AT_ONCE) await new Promise<void>((go) => line.waiting.push(go))
    else line.running++
    try {
      return await ask()
    } finally {
      const next = line.waiting.shift()
      if (next !== undefined) next()
      else if (--line.running === 0) this.#lines.delete(who)
    }
  }
}

/**
 * Puts a question to a store in the reader's turn: not at all where nobody waits for the answer any more, and QRY-301 where
 * his request has used up its time, so that one request of many searches does not keep everybody waiting.
 */
export function inTurn<T>(ctx: ApiContext, ask: () => Promise<T>): Promise<T> {
  const { services, signal, until } = ctx
  return services.turns.run(readerOf(ctx).identity.id, () => {
    signal.throwIfAborted()
    if (services.clock() > until) throw new AppError('QRY-301', { seconds: LIMITS.seconds })
    return ask()
  })
}
