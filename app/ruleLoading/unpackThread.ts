import { parentPort, workerData } from 'node:worker_threads'
import { AppError } from '../../core/errors.ts'
import { type ReadArchive, readArchive } from '../../detection/index.ts'
import { handOver, portionsOf } from './portions.ts'
import type { UnpackAnswer, UnpackQuestion } from './unpack.ts'

/** Entry of the thread that unpacks one archive: whatever is in it, nobody else waits for it. */
const { bytes, name } = workerData as UnpackQuestion
/** So many files are handed over at a time. */
const PORTION = 200

function* answers({ files, ignored }: ReadArchive): Generator<UnpackAnswer> {
  for (const some of portionsOf(files, PORTION)) yield { files: some }
  yield { ignored }
}

function* refusal(e: unknown): Generator<UnpackAnswer> {
  if (!(e instanceof AppError)) throw e
  yield { error: { code: e.code, details: e.details } }
}

await handOver(parentPort!, await readArchive(bytes, name).then(answers, refusal))
parentPort!.close()
