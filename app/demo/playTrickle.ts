import type { DemoLine } from '../../demo/index.ts'
import type { Senders } from './senders.ts'

/** Sends endless normal traffic, each line when its time has come, until stopped. */
export async function playTrickle(options: {
  readonly lines: Iterable<DemoLine>
  readonly senders: Senders
  readonly clock: () => number
  readonly stopped: Promise<void>
}): Promise<void> {
  const { senders, clock } = options
  let stopped = false
  const stop = options.stopped.then(() => {
    stopped = true
  })
  let due: DemoLine[] = []
  for (const line of options.lines) {
    while (!stopped && line.time > clock()) {
      await senders.send(due)
      due = []
      await Promise.race([
        stop,
        new Promise((done) => setTimeout(done, Math.min(1_000, Math.max(10, line.time - clock())))),
      ])
    }
    if (stopped) return
    due.push(line)
  }
}
