import { schedule, validate } from 'node-cron'
import { AppError } from '../core/errors.ts'
import type { Tell } from '../core/telemetry.ts'

/** Runs the automatic checks by cron; a run that is still going is not started a second time. */
export function scheduleChecks(expression: string, run: () => Promise<void>, tell: Tell): { close(): Promise<void> } {
  if (!validate(expression))
    throw new AppError('CFG-001', { problem: `checks.schedule: "${expression}" is no cron expression` })
  let running: Promise<void> = Promise.resolve()
  const task = schedule(
    expression,
    () => {
      running = run().catch((error: unknown) => tell('check_failed', { error: String(error) }))
      return running
    },
    { noOverlap: true },
  )
  return {
    async close() {
      await task.destroy()
      await running
    },
  }
}
