import { schedule, validate } from 'node-cron'
import { AppError } from '../core/errors.ts'
import type { Tell } from '../core/telemetry.ts'

export interface Schedule {
  /** Runs them now, after a run that is going on. */
  now(): Promise<void>
  close(): Promise<void>
}

/** Runs the automatic checks by cron, one run after the other; of runs that would wait, one is enough. */
export function scheduleChecks(expression: string, run: () => Promise<void>, tell: Tell): Schedule {
  if (!validate(expression))
    throw new AppError('CFG-001', { problem: `checks.schedule: "${expression}" is no cron expression` })
  let running: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | undefined
  const now = (): Promise<void> => {
    waiting ??= running.then(() => {
      waiting = undefined
      running = run().catch((error: unknown) => tell('check_failed', { error: String(error) }))
      return running
    })
    return waiting
  }
  const task = schedule(expression, now, { noOverlap: true })
  return {
    now,
    async close() {
      await task.destroy()
      await waiting
      await running
    },
  }
}
