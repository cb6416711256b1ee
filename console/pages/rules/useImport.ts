import { useEffect, useRef, useState } from 'react'
import type { Failure } from '../../graphql/failure.ts'
import { type Chosen, sizeOf } from './chosenFiles.ts'
import { type Imported, sendArchive } from './sendArchive.ts'
import { tarGz } from './tarGz.ts'

/** How far an import is: files packed, bytes sent, or the server at work. */
export interface Phase {
  readonly name: 'packing' | 'uploading' | 'reading'
  readonly done: number
  readonly total: number
}

/** One import at a time: packs, sends and waits for what became of it. */
export function useImport(onImported: () => void): {
  readonly phase: Phase | undefined
  readonly result: Imported | undefined
  readonly failure: Failure | undefined
  /** False where one is under way already. */
  readonly start: (chosen: Chosen) => boolean
  readonly clear: () => void
} {
  const [phase, setPhase] = useState<Phase | undefined>()
  const [result, setResult] = useState<Imported | undefined>()
  const [failure, setFailure] = useState<Failure | undefined>()
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const run = async (chosen: Chosen, stop: AbortController) => {
    setFailure(undefined)
    const files = chosen.kind === 'files' ? chosen.files : []
    setPhase({ name: 'packing', done: 0, total: files.length })
    const archive =
      chosen.kind === 'archive'
        ? chosen.file
        : await tarGz(files, (done) => {
            if (done % 50 === 0 || done === files.length) setPhase({ name: 'packing', done, total: files.length })
          })
    if (stop.signal.aborted) return
    const total = archive.size
    setPhase({ name: 'uploading', done: 0, total })
    const zip = chosen.kind === 'archive' && /\.zip$/i.test(chosen.file.name)
    const answer = await sendArchive(
      archive,
      zip ? 'application/zip' : 'application/gzip',
      (done) => setPhase({ name: done >= total ? 'reading' : 'uploading', done, total }),
      stop.signal,
    )
    if (stop.signal.aborted) return
    setPhase(undefined)
    if (answer.ok) {
      setResult(answer.value)
      onImported()
    } else setFailure(answer.failure)
  }
  return {
    phase,
    result,
    failure,
    start: (chosen) => {
      if (running.current !== undefined || sizeOf(chosen) === 0) return false
      const stop = new AbortController()
      running.current = stop
      void run(chosen, stop).finally(() => {
        running.current = undefined
      })
      return true
    },
    clear: () => {
      setResult(undefined)
      setFailure(undefined)
    },
  }
}
