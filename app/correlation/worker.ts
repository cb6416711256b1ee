import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import type { FromCorrelator, HandedHits } from '../lane/messages.ts'
import { CorrelationEngine, type CreateCorrelator } from './engine.ts'
import { heldFor } from './heldFor.ts'
import type { CorrelationStart, CreateCorrelation, FromCorrelation, ToCorrelation } from './messages.ts'
import { SnapshotFile } from './snapshotFile.ts'

/** Entry of the correlator's worker thread: takes hits from the lanes' threads, and keeps the snapshot's file. */
const port = parentPort!
const start = workerData as CorrelationStart
const { createCorrelation } = (await import(start.module)) as { createCorrelation: CreateCorrelation }

/** Time goes by in such steps, milliseconds. */
const TICK = 200

const file = new SnapshotFile(start.file, start.spool)
const kept = file.read((problem, aside) => post({ type: 'damaged', problem, aside }))
const ports = new Map<number, MessagePort>()
let fired: () => void = () => undefined

const create =
  (rules: CorrelationStart['rules']): CreateCorrelator =>
  (from) =>
    createCorrelation({ rules, limits: start.limits, from })

const engine = new CorrelationEngine({
  spool: start.spool,
  lanes: start.lanes,
  create: create(start.rules),
  held: heldFor(start.rules, start.limits.hold),
  kept,
  write: (kept) => file.write(kept),
  clock: Date.now,
  events: {
    taken: (lane) => answer(lane, { type: 'taken' }),
    covered: (lane, seq) => answer(lane, { type: 'covered', seq }),
    fire: (firings) =>
      new Promise((resolve) => {
        fired = resolve
        post({ type: 'fire', firings })
      }),
    trouble: (error) => post({ type: 'trouble', problem: error.message }),
    leftOut: (error) => post({ type: 'leftOut', problem: error.stack ?? error.message }),
  },
})

const ticking = setInterval(() => {
  engine.tick()
  post({ type: 'counts', counts: engine.counts })
}, TICK)

port.on('message', (message: ToCorrelation) => {
  switch (message.type) {
    case 'lane':
      connect(message.lane, message.port)
      break
    case 'rules':
      engine.use(create(message.rules), heldFor(message.rules, start.limits.hold))
      post({ type: 'used', ticket: message.ticket })
      break
    case 'fired':
      fired()
      break
    case 'settle':
      void settle(message.ticket)
      break
    case 'close':
      void close()
      break
  }
})
post({ type: 'ready' })

function connect(lane: number, way: MessagePort): void {
  ports.get(lane)?.close()
  ports.set(lane, way)
  engine.restarted(lane)
  way.on('message', (handed: HandedHits) => {
    if (ports.get(lane) === way) engine.take(lane, handed)
  })
}

async function settle(ticket: number): Promise<void> {
  const until = engine.heldUntil
  while ((engine.now ?? 0) < until) await new Promise((resolve) => setTimeout(resolve, 50))
  while (!(await engine.settle())) await new Promise((resolve) => setTimeout(resolve, 500))
  post({ type: 'counts', counts: engine.counts })
  post({ type: 'settled', ticket })
}

async function close(): Promise<void> {
  clearInterval(ticking)
  await engine.write()
  for (const way of ports.values()) way.close()
  post({ type: 'closed' })
  port.close()
}

function answer(lane: number, message: FromCorrelator): void {
  ports.get(lane)?.postMessage(message)
}

function post(message: FromCorrelation): void {
  port.postMessage(message)
}
