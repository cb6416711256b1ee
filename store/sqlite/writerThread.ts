import type { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import { advanceCheckpoint, startCheckpoint } from './auditChain.ts'
import { serve } from './channel.ts'
import { connect, isOfOneChange, patiently, storageError } from './connect.ts'
import { migrate } from './migrations.ts'
import { type Change, Writer } from './write.ts'

/** The thread that writes documents: whatever has come in while one group was committed is the next group. */
export interface WriterData {
  readonly path: string
  readonly checkpoint: string
}

interface Queued {
  readonly n: number
  readonly change: Change
}

interface Opened {
  readonly db: DatabaseSync
  readonly writer: Writer
}

const MOST_PER_COMMIT = 500
/** After a full-speed commit another process gets this long to take the lock, milliseconds. */
const PAUSE = 2

const { path, checkpoint } = workerData as WriterData
const queue: Queued[] = []
let due = false
let closing: number | undefined

const replies = serve(parentPort!, (n, question) => {
  if (question === 'close') closing = n
  else queue.push({ n, change: question as Change })
  if (!due) {
    due = true
    setImmediate(flush)
  }
})

const opened = open()
if (opened instanceof AppError) replies.refuseToStart(opened)
else replies.ready()

function open(): Opened | AppError {
  try {
    const db = connect(path, 'write')
    patiently(() => migrate(db, () => startCheckpoint(checkpoint)))
    return { db, writer: new Writer(db) }
  } catch (error) {
    return storageError(error, path)
  }
}

function flush(): void {
  due = false
  if (opened instanceof AppError) return
  const group = queue.splice(0, MOST_PER_COMMIT)
  if (group.length > 0) commit(opened, group)
  if (queue.length > 0) {
    due = true
    setTimeout(flush, PAUSE)
  } else if (closing !== undefined) {
    opened.db.close()
    replies.answer(closing, true)
  }
}

function commit({ db, writer }: Opened, group: readonly Queued[]): void {
  let done: ReturnType<Writer['apply']>
  try {
    done = patiently(() => writer.apply(group.map((g) => g.change)))
  } catch (error) {
    // One change that SQLite cannot take must not take the others of its group with it.
    if (group.length > 1 && isOfOneChange(error)) for (const one of group) commit({ db, writer }, [one])
    else for (const { n } of group) replies.fail(n, storageError(error, path))
    return
  }
  for (const [i, { n }] of group.entries()) {
    const outcome = done.outcomes[i]!
    if ('error' in outcome) replies.fail(n, storageError(outcome.error, path))
    else replies.answer(n, outcome.value)
  }
  try {
    if (done.head !== undefined) advanceCheckpoint(db, checkpoint, done.head)
  } catch {
    // A full disk: the checkpoint stays where it was, which is still true, and moves on with the next entry.
  }
}
