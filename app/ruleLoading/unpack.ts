import { Worker } from 'node:worker_threads'
import { AppError, type ErrorCode } from '../../core/errors.ts'
import type { NewRuleFile, ReadArchive } from '../../detection/index.ts'
import { takeOver } from './portions.ts'

/** What the unpacking thread is started with. */
export interface UnpackQuestion {
  readonly bytes: Uint8Array
  /** Of the file, where it is no archive. */
  readonly name: string
}

/** What it hands over, in portions; `ignored` or an error is the last. */
export type UnpackAnswer =
  | { readonly files: readonly NewRuleFile[] }
  | { readonly ignored: number }
  | { readonly error: { readonly code: ErrorCode; readonly details: Readonly<Record<string, string | number>> } }

/** An archive within the limits takes a second; one that is made to take long does not get it. Milliseconds. */
const LONGEST = 30_000
/** Megabytes for what is unpacked and on its way. */
const MEMORY = 512

/** Unpacks an archive of rules in a thread of its own, bounded in time and memory. `bytes` is handed over and gone. */
export function unpack(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<ReadArchive> {
  return new Promise((resolve, reject) => {
    const files: NewRuleFile[] = []
    const worker = new Worker(new URL('./unpackThread.ts', import.meta.url), {
      workerData: { bytes, name } satisfies UnpackQuestion,
      transferList: [bytes.buffer],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY },
    })
    const fail = (problem: string) => reject(new AppError('SIG-080', { problem }))
    const timer = setTimeout(() => {
      fail(`unpacking it takes longer than ${LONGEST / 1000} s`)
      void worker.terminate()
    }, LONGEST)
    takeOver(worker, (answer: UnpackAnswer) => {
      if ('files' in answer) files.push(...answer.files)
      else if ('ignored' in answer) resolve({ files, ignored: answer.ignored })
      else reject(new AppError(answer.error.code, { ...answer.error.details }))
    })
    worker.on('error', () => fail('unpacking it takes too much memory, or it is damaged'))
    worker.on('exit', () => {
      clearTimeout(timer)
      fail('unpacking it ended without an answer')
    })
  })
}
