import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from '../core/config.ts'
import { AppError } from '../core/errors.ts'
import type { DocumentStore } from '../core/ports.ts'
import { openDocuments } from '../store/index.ts'
import { readRunFile } from './runFile.ts'

/** Where things stand in the data folder. */
export interface Home {
  readonly data: string
  readonly documents: string
  readonly spool: string
  readonly events: string
  readonly quarantine: string
  /** What lanes read of imported rules; made of the documents. */
  readonly rules: string
  /** File of the correlator's state. */
  readonly correlation: string
}

const FOLDERS = ['spool', 'events', 'quarantine', 'rules']
const FILES = ['documents.sqlite', 'correlation.state', 'run.json']

/** Whether servers make what is called so in a data folder: a folder or file of theirs, or what stands beside such a file (log, draft, head). */
export function isOfHome(name: string): boolean {
  return FOLDERS.includes(name) || FILES.some((f) => name === f || name.startsWith(`${f}.`) || name.startsWith(`${f}-`))
}

/** The data folder, made if need be. What is kept in it is its owner's alone, also where others may look into the folder. */
export function openHome(config: Config, cwd: string): Home {
  const data = resolve(cwd, config.data)
  if (existsSync(data) && !statSync(data).isDirectory()) throw new AppError('CFG-002', { path: data })
  const home = {
    data,
    documents: join(data, 'documents.sqlite'),
    spool: join(data, 'spool'),
    events: join(data, 'events'),
    quarantine: join(data, 'quarantine'),
    rules: join(data, 'rules'),
    correlation: join(data, 'correlation.state'),
  }
  for (const folder of [data, home.spool, home.events, home.quarantine])
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  // SQLite gives its other files the mode of this one.
  closeSync(openSync(home.documents, 'a', 0o600))
  return home
}

/** Runs `work` on the documents of a data folder, server running or not, and closes them. */
export async function withDocuments<T>(home: Home, work: (docs: DocumentStore) => Promise<T>): Promise<T> {
  const docs = await openDocuments({ path: home.documents })
  try {
    return await work(docs)
  } finally {
    await docs.close()
  }
}

/** The console's address: the running server's, else the one configured. */
export function consoleAddress(home: Home, config: Config): string {
  const { host, port, tls } = config.http
  return readRunFile(home.data)?.http ?? `${tls === undefined ? 'http' : 'https'}://${host}:${port}`
}
