import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What a ready server tells of itself in `run.json` of its data folder. */
export interface RunFile {
  readonly pid: number
  readonly http: string
  readonly ingest: string
  readonly syslog: { readonly udp: number; readonly tcp: number }
  readonly startedAt: string
}

const pathOf = (data: string): string => join(data, 'run.json')

/** Written whole or not at all. */
export function writeRunFile(data: string, run: RunFile): void {
  const path = pathOf(data)
  writeFileSync(`${path}.new`, `${JSON.stringify(run)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
}

export function removeRunFile(data: string): void {
  rmSync(pathOf(data), { force: true })
}

/** The server that runs on this data folder, if one does. */
export function readRunFile(data: string): RunFile | undefined {
  try {
    const run = JSON.parse(readFileSync(pathOf(data), 'utf8')) as RunFile
    process.kill(run.pid, 0)
    return run
  } catch {
    return undefined
  }
}
