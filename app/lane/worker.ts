import { parentPort, workerData } from 'node:worker_threads'
import { idOf } from '../../collectors/intake/index.ts'
import { AppError } from '../../core/errors.ts'
import { openLane } from '../../store/spool/index.ts'
import { LaneEngine } from './engine.ts'
import type {
  CreateParts,
  FromCorrelator,
  FromLane,
  LaneSettings,
  LaneStart,
  SpoolLineAt,
  ToLane,
  WireError,
} from './messages.ts'

/** Entry of a lane's worker thread: owns the lane's spool folder, and runs the engine on it. */
const port = parentPort!
const start = workerData as LaneStart
const clock = Date.now
/** Closing waits so long for what is under way elsewhere, milliseconds; what is not covered by then is replayed. */
const CLOSE_WITHIN = 20_000
/** What cannot be read or written is tried again after this, milliseconds. */
const TRY_AGAIN = 1_000
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
  parts: await createParts(start.settings, start.lane),
  ruleSet: start.settings.ruleSet,
  clock,
  events: {
    done(ticket, result) {
      const body = 'misrouted' in result ? result.misrouted : result.answer
      post({ type: 'done', ticket, result }, body === undefined ? [] : [body.buffer])
    },
    failed: (ticket, error) => post({ type: 'failed', ticket, error: wire(error) }),
    deltas: (deltas) => post({ type: 'deltas', deltas }),
    hits: (handed) => start.correlator.postMessage(handed),
    rules: (used) => post({ type: 'rules', ...used }),
    trouble: (error) => post({ type: 'trouble', error: wire(error) }),
  },
})

let announced = ''
let closing = false
let using: Promise<void> = Promise.resolve()
/** Of the newest settings. */
let newest = 0

port.on('message', (message: ToLane) => {
  switch (message.type) {
    case 'job':
      engine.take(message.ticket, message.job, message.deadline)
      break
    case 'settings':
      newest = message.ticket
      using = using.then(() => use(message.ticket, message.settings))
      break
    case 'applied':
      engine.applied()
      break
    case 'find':
      void find(message.ticket, message.seqs)
      break
    case 'loaded':
      void lane.commit('loader', message.seq).then(announce, tellTrouble)
      break
    case 'recorded':
      engine.recorded(message.ruleSet)
      break
    case 'seal':
      void seal(message.ticket)
      break
    case 'settle':
      void settle(message.ticket)
      break
    case 'close':
      void close()
      break
  }
})

start.correlator.on('message', (message: FromCorrelator) => {
  if (message.type === 'taken') engine.taken()
  else engine.covered(message.seq)
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

/**
 * The lane goes on with the former settings until the new ones are ready. Where they cannot be used (a file of rules that
 * cannot be read), those stay, and it is tried again; nobody waits for that.
 */
async function use(ticket: number, settings: LaneSettings): Promise<void> {
  if (closing) return
  try {
    const parts = await createParts(settings, start.lane)
    if (!closing) engine.use(parts, settings.ruleSet)
  } catch (e) {
    tellTrouble(e)
    setTimeout(() => {
      if (newest === ticket) using = using.then(() => use(ticket, settings))
    }, TRY_AGAIN)
  }
  post({ type: 'used', ticket })
}

async function settle(ticket: number): Promise<void> {
  await engine.settle()
  await lane.seal(true).catch(tellTrouble)
  post({ type: 'counters', sources: engine.counts.snapshot() })
  announce()
  post({ type: 'settled', ticket })
}

/** What is sealed was announced before, so who hears of the number knows its segments. */
async function seal(ticket: number): Promise<void> {
  try {
    const seq = lane.nextSeq - 1
    await lane.seal(true)
    announce()
    post({ type: 'reached', ticket, seq })
  } catch (error) {
    tellTrouble(error)
    setTimeout(() => void seal(ticket), TRY_AGAIN)
  }
}

async function close(): Promise<void> {
  if (closing) return
  closing = true
  let timer: NodeJS.Timeout | undefined
  const longest = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_WITHIN)
  })
  await Promise.race([engine.settle(), longest])
  clearTimeout(timer)
  clearInterval(flushing)
  clearInterval(sealing)
  post({ type: 'counters', sources: engine.counts.snapshot() })
  start.correlator.postMessage(engine.last())
  await lane.close()
  post({ type: 'closed' })
  start.correlator.close()
  port.close()
}

/** Those of the lines that are not yet in the event store for good. */
async function find(ticket: number, seqs: readonly number[]): Promise<void> {
  const lines: SpoolLineAt[] = []
  try {
    for (const seq of seqs.filter((s) => s > lane.committed('loader')))
      for await (const [first] of lane.read(seq - 1)) {
        if (first?.seq === seq) lines.push(first)
        break
      }
  } catch (error) {
    tellTrouble(error)
  }
  post({ type: 'found', ticket, lines })
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
