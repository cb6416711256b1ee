import { parentPort, workerData } from 'node:worker_threads'
import { idOf } from '../../collectors/intake/index.ts'
import { AppError } from '../../core/errors.ts'
import { openLane } from '../../store/spool/index.ts'
import { LaneEngine } from './engine.ts'
import type { CreateParts, FromLane, LaneStart, ToLane, WireError } from './messages.ts'

/** Entry of a lane's worker thread: owns the lane's spool folder, and runs the engine on it. */
const port = parentPort!
const start = workerData as LaneStart
const clock = Date.now
const { createParts } = (await import(start.parts)) as { createParts: CreateParts }

const lane = await openLane(start.folder, {
  lane: start.lane,
  receiver: start.receiver,
  clock,
  idOf(line) {
    const id = idOf(line)
    // Ids that a lane numbered itself never come again.
    return id?.startsWith(start.receiver) ? undefined : id
  },
})
const engine = new LaneEngine({
  lane,
  receiver: start.receiver,
  parts: createParts(start.settings, start.lane),
  clock,
  events: {
    done(ticket, result) {
      const body = 'misrouted' in result ? result.misrouted : result.answer
      post({ type: 'done', ticket, result }, body === undefined ? [] : [body.buffer])
    },
    failed: (ticket, error) => post({ type: 'failed', ticket, error: wire(error) }),
    deltas: (deltas) => post({ type: 'deltas', deltas }),
    trouble: (error) => post({ type: 'trouble', error: wire(error) }),
  },
})

let announced = ''
let closing = false

port.on('message', (message: ToLane) => {
  switch (message.type) {
    case 'job':
      engine.take(message.ticket, message.job, message.deadline)
      break
    case 'settings':
      engine.use(createParts(message.settings, start.lane))
      break
    case 'applied':
      void engine.applied()
      break
    case 'loaded':
      void lane.commit('loader', message.seq).then(announce, tellTrouble)
      break
    case 'settle':
      void settle(message.ticket)
      break
    case 'close':
      void close()
      break
  }
})

await engine.replay()
engine.flush()
const flushing = setInterval(() => {
  engine.expire()
  engine.flush()
  if (!engine.counts.changed) return
  engine.counts.changed = false
  post({ type: 'counters', sources: engine.counts.snapshot() })
}, 200)
const sealing = setInterval(() => void lane.seal().then(announce, tellTrouble), 250)
announce()
post({ type: 'ready' })

async function settle(ticket: number): Promise<void> {
  await engine.settle()
  await lane.seal(true).catch(tellTrouble)
  post({ type: 'counters', sources: engine.counts.snapshot() })
  announce()
  post({ type: 'settled', ticket })
}

async function close(): Promise<void> {
  if (closing) return
  closing = true
  await engine.settle()
  clearInterval(flushing)
  clearInterval(sealing)
  post({ type: 'counters', sources: engine.counts.snapshot() })
  await lane.close()
  post({ type: 'closed' })
  port.close()
}

/** Tells of the sealed segments when they have changed. */
function announce(): void {
  const segments = lane.sealed()
  const key = `${segments[0]?.id} ${segments.at(-1)?.id}`
  if (key === announced) return
  announced = key
  post({ type: 'sealed', segments })
}

function tellTrouble(error: unknown): void {
  post({ type: 'trouble', error: wire(error as AppError) })
}

function wire(error: AppError): WireError {
  return error instanceof AppError
    ? { code: error.code, details: error.details, place: error.place }
    : { code: 'STO-500', details: { problem: String(error) }, place: undefined }
}

function post(message: FromLane, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer)
}
