import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import { readArchive } from '../../detection/index.ts'
import type { UnpackAnswer, UnpackQuestion } from './unpack.ts'

/** Entry of the thread that unpacks one archive: whatever is in it, nobody else waits for it. */
const { bytes, name } = workerData as UnpackQuestion
/** So many files are handed over at a time. */
const PORTION = 200

const post = (answer: UnpackAnswer) => parentPort!.postMessage(answer)
try {
  const { files, ignored } = await readArchive(bytes, name)
  for (let i = 0; i < files.length; i += PORTION) post({ files: files.slice(i, i + PORTION) })
  post({ ignored })
} catch (e) {
  if (!(e instanceof AppError)) throw e
  post({ error: { code: e.code, details: e.details } })
}
