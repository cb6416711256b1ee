import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import type { Kind } from '../../core/model/index.ts'
import { readCheckpoint, verifyChain } from './auditChain.ts'
import { serve, unpack } from './channel.ts'
import { connect, storageError } from './connect.ts'
import { Lister, type ListQuestion, type Selection } from './list.ts'

/** A thread that reads documents. It sees whatever was committed before the question came. */
export interface ReaderData {
  readonly path: string
  readonly checkpoint: string
}

export type Question =
  | { readonly op: 'get'; readonly kind: Kind; readonly id: string }
  | ({ readonly op: 'list' } & ListQuestion)
  | ({ readonly op: 'count' } & Selection)
  | ({ readonly op: 'top'; readonly field: string; readonly size: number } & Selection)
  | { readonly op: 'verify' }
  | { readonly op: 'close' }

const { path, checkpoint } = workerData as ReaderData

const replies = serve(parentPort!, (n, question) => {
  if (opened instanceof AppError) return
  try {
    const q = unpack(String(question)) as Question
    if (q.op === 'verify') verify(n)
    else replies.answer(n, answer(q))
  } catch (error) {
    replies.fail(n, storageError(error, path))
  }
})

const opened = open()
if (opened instanceof AppError) replies.refuseToStart(opened)
else replies.ready()

function open() {
  try {
    const db = connect(path, 'read')
    return { db, lister: new Lister(db) }
  } catch (error) {
    return storageError(error, path)
  }
}

function answer(q: Exclude<Question, { op: 'verify' }>): unknown {
  if (opened instanceof AppError) throw opened
  switch (q.op) {
    case 'get': {
      const row = opened.db.prepare(`SELECT version, doc FROM "${q.kind}" WHERE id = ?`).get(q.id)
      return row === undefined ? null : { version: row.version, doc: row.doc }
    }
    case 'list':
      return opened.lister.list(q)
    case 'count':
      return opened.lister.count(q)
    case 'top':
      return opened.lister.top(q)
    case 'close':
      opened.db.close()
      return true
  }
}

/** A long walk: other questions are answered between its steps. */
function verify(n: number): void {
  if (opened instanceof AppError) return
  const walk = verifyChain(opened.db, readCheckpoint(checkpoint))
  const step = () => {
    try {
      const next = walk.next()
      if (next.done === true) replies.answer(n, next.value)
      else setImmediate(step)
    } catch (error) {
      replies.fail(n, storageError(error, path))
    }
  }
  step()
}
