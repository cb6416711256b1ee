import { setImmediate as turn } from 'node:timers/promises'

/** So long at a time, milliseconds: who waits for the thread hardly notices. */
const LONGEST = 10

/** Does what takes long step by step, and lets others have the thread in between. */
export async function inTurns<T>(steps: Generator<void, T>): Promise<T> {
  for (let began = performance.now(); ; ) {
    const { done, value } = steps.next()
    if (done) return value
    if (performance.now() - began < LONGEST) continue
    await turn()
    began = performance.now()
  }
}
