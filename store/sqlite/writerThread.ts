import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import { advanceCheckpoint, startCheckpoint } from './auditChain.ts'
import { serve } from './channel.ts'
import { connect, patiently, storageError } from './connect.ts'
import { migrate } from './migrations.ts'
import { type Change, Writer } from './write.ts'

/** The thread that writes documents: whatever has come in while one group was committed is the next group. */
export interface WriterData {
  readonly path: string
  readonly checkpoint: string
}

const MOST_PER_COMMIT = 500
/** After a full-speed commit another process gets this long to take the lock, milliseconds. */
const PAUSE = 2

const { path, checkpoint } = workerData as WriterData
const queue: { n: number; change: Change }[] = []
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

function open() {
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
  if (group.length > 0) {
    try {
      const { outcomes, head } = patiently(() => opened.writer.apply(group.map((g) => g.change)))
      outcomes.forEach((outcome, i) => {
        const n = group[i]!.n
        if ('error' in outcome) replies.fail(n, storageError(outcome.error, path))
        else replies.answer(n, outcome.value)
      })
      if (head !== undefined) advanceCheckpoint(opened.db, checkpoint, head)
    } catch (error) {
      const failure = storageError(error, path)
      for (const { n } of group) replies.fail(n, failure)
    }
  }
  if (queue.length > 0) {
    due = true
    setTimeout(flush, PAUSE)
  } else if (closing !== undefined) {
    opened.db.close()
    replies.answer(closing, true)
  }
}
