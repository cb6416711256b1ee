import { type DemoLine, scannerReport } from '../../demo/index.ts'
import type { Platform } from '../platform.ts'
import type { PreparedCity } from './prepareCity.ts'
import type { Senders } from './senders.ts'

export interface Play {
  readonly lines: Iterable<DemoLine>
  readonly senders: Senders
  readonly platform: Platform
  readonly city: PreparedCity
  readonly seed: number
  /** When the day ends, milliseconds since 1970 UTC. */
  readonly end: number
  readonly say: (line: string) => void
  readonly stopped: Promise<void>
  /** Whether progress may be painted over. */
  readonly tty: boolean
}

/** Lines handed to the senders at once: some minutes of the day. */
const BATCH = 2_000
const DAY = 86_400_000

/**
 * Sends a day's lines and the scanner's report, then waits until all is detected and searchable.
 * Answers false if it was stopped on the way.
 */
export async function playDay(play: Play): Promise<boolean> {
  const { senders, platform, say } = play
  let stopped = false
  void play.stopped.then(() => {
    stopped = true
  })
  const began = performance.now()
  let said = 0
  let batch: DemoLine[] = []
  for (const line of play.lines) {
    batch.push(line)
    if (batch.length < BATCH) continue
    await senders.send(batch)
    if (stopped) return false
    if (performance.now() - said > 1_000) {
      said = performance.now()
      progress(play, line.time)
    }
    batch = []
  }
  await senders.send(batch)
  await postReport(play)
  if (play.tty) process.stdout.write('\n')
  say(
    `${senders.sent().toLocaleString('en')} lines sent in ${((performance.now() - began) / 1000).toFixed(0)} s; loading …`,
  )
  await allTaken(play)
  await platform.settle()
  say(`the day is detected and searchable after ${((performance.now() - began) / 1000).toFixed(0)} s`)
  return !stopped
}

function progress({ end, senders, tty, say }: Play, time: number): void {
  const share = Math.max(0, Math.min(1, 1 - (end - time) / DAY))
  const bar = '█'.repeat(Math.round(share * 30)).padEnd(30, '░')
  const line = `${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${new Date(time).toISOString().slice(11, 16)}Z  ${senders.sent().toLocaleString('en')} lines`
  if (tty && process.stdout.isTTY) process.stdout.write(`\r${line}`)
  else say(line)
}

/** How long the last lines may stay away before the rest counts as lost on the way. */
const PATIENCE = 15_000

/** Waits until what went by syslog (which acknowledges nothing) has been taken in. */
async function allTaken({ senders, platform }: Play): Promise<void> {
  const taken = () => platform.intake.sources().reduce((n, s) => n + s.received + s.dropped, 0)
  let before = -1
  let moved = performance.now()
  for (let now = taken(); now < senders.sent(); now = taken()) {
    if (now !== before) moved = performance.now()
    else if (performance.now() - moved > PATIENCE) return
    before = now
    await new Promise((done) => setTimeout(done, 200))
  }
}

async function postReport({ platform, city, seed, end }: Play): Promise<void> {
  const { target, systemId, sarif } = scannerReport({ seed, at: end })
  const res = await fetch(`${platform.ingest}/findings?target=${encodeURIComponent(target)}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${city.systemKey(systemId)}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(sarif),
  })
  const answer = await res.text()
  if (!res.ok) throw new Error(`the scanner's report was refused: ${res.status} ${answer}`)
}
