import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { AuditDraft, Documents, Kind } from '../../core/model/index.ts'
import type { DocumentPage, DocumentStore, ListOptions, Put, PutOptions, Stored } from '../../core/ports.ts'
import type { Verdict } from './auditChain.ts'
import { pack, Thread } from './channel.ts'
import type { ListAnswer } from './list.ts'
import { isKind } from './migrations.ts'
import type { Question, ReaderData } from './readerThread.ts'
import type { Change, WrittenPut } from './write.ts'
import type { WriterData } from './writerThread.ts'

export interface DocumentsOptions {
  /** The database file; its folder is created if needed. */
  readonly path: string
  /** Where the head of the audit chain is kept (default: beside it); a backup takes both files. */
  readonly auditCheckpoint?: string
}

const LONGEST_ID = 500
const MOST_BYTES = 16 * 1024 * 1024
const MOST_PUTS = 20_000

/**
 * Opens the document store: one SQLite file, one thread that writes (a group to a commit) and two that read (single
 * documents, and lists), so that the caller's thread never waits for a disk or a lock. Fails with STO-501 on a store of
 * a newer program and STO-500 on one that cannot be read.
 */
export async function openDocuments(options: DocumentsOptions): Promise<DocumentStore> {
  const { path, auditCheckpoint: checkpoint = `${path}.audit-head` } = options
  await mkdir(dirname(path), { recursive: true }).catch((error: Error) => {
    throw new AppError('STO-500', { problem: `the folder of ${path} cannot be made: ${error.message}` })
  })
  const data: WriterData & ReaderData = { path, checkpoint }
  const writer = await Thread.start(new URL('./writerThread.ts', import.meta.url), data)
  const reader = new URL('./readerThread.ts', import.meta.url)
  const readers = await Promise.all([Thread.start(reader, data), Thread.start(reader, data)])
  return new SqliteDocuments(writer, ...readers)
}

class SqliteDocuments implements DocumentStore {
  readonly #writer: Thread
  readonly #getter: Thread
  readonly #lister: Thread
  #closed: Promise<void> | undefined

  constructor(writer: Thread, getter: Thread, lister: Thread) {
    this.#writer = writer
    this.#getter = getter
    this.#lister = lister
  }

  async get<K extends Kind>(kind: K, id: string): Promise<Stored<Documents[K]> | undefined> {
    known(kind)
    const found = await ask<{ version: number; doc: string } | null>(this.#getter, { op: 'get', kind, id })
    return found === null ? undefined : { id, version: found.version, doc: JSON.parse(found.doc) as Documents[K] }
  }

  async put<K extends Kind>(
    kind: K,
    id: string,
    doc: Documents[K],
    options: PutOptions,
  ): Promise<Stored<Documents[K]>> {
    const { version, audit } = options
    const put = written({ kind, id, doc, version } as Put)
    const now = await this.#change({ op: 'put', ...put, audit: draftText(audit) })
    return { id, version: now, doc }
  }

  async putAll(puts: readonly Put[], audit?: AuditDraft): Promise<void> {
    if (puts.length > MOST_PUTS)
      throw new AppError('DOC-400', { problem: `at most ${MOST_PUTS} documents are put together` })
    await this.#change({ op: 'putAll', puts: puts.map(written), audit: draftText(audit) })
  }

  async remove(kind: Kind, id: string, { version, audit }: PutOptions): Promise<void> {
    known(kind)
    if (kind === 'audit') throw new AppError('DOC-400', { problem: 'the audit log is append-only' })
    await this.#change({ op: 'remove', kind, id, version, audit: draftText(audit) })
  }

  async list<K extends Kind>(kind: K, options: ListOptions): Promise<DocumentPage<Documents[K]>> {
    known(kind)
    const { rows, hasNext, total } = await ask<ListAnswer>(this.#lister, { ...options, op: 'list', kind })
    return { rows: rows.map((row) => ({ ...row, doc: JSON.parse(row.doc) as Documents[K] })), hasNext, total }
  }

  async count(kind: Kind, { scope, filter }: Parameters<DocumentStore['count']>[1]): Promise<number> {
    known(kind)
    return ask<number>(this.#lister, { op: 'count', kind, scope, filter })
  }

  async top(kind: Kind, options: Parameters<DocumentStore['top']>[1]): ReturnType<DocumentStore['top']> {
    known(kind)
    return ask(this.#lister, { ...options, op: 'top', kind })
  }

  async next(sequence: string): Promise<number> {
    return this.#change({ op: 'next', sequence })
  }

  async audit(entry: AuditDraft): Promise<void> {
    await this.#change({ op: 'audit', audit: JSON.stringify(entry) })
  }

  async verifyAudit(): Promise<Verdict> {
    const { entries, broken } = await ask<Verdict>(this.#lister, { op: 'verify' })
    return { entries, broken }
  }

  async ready(): Promise<boolean> {
    return this.#closed === undefined && this.#writer.alive && this.#getter.alive && this.#lister.alive
  }

  /** Writes what was asked for before, then ends the threads. */
  close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    for (const thread of [this.#getter, this.#lister]) {
      if (thread.alive) await ask(thread, { op: 'close' })
      await thread.stop()
    }
    if (this.#writer.alive) await this.#writer.call('close')
    await this.#writer.stop()
  }

  async #change(change: Change): Promise<number> {
    if (this.#closed !== undefined) throw new AppError('STO-500', { problem: 'the document store is closed' })
    return this.#writer.call<number>(change)
  }
}

function ask<T>(thread: Thread, question: Question): Promise<T> {
  return thread.call<T>(pack(question))
}

/** A document as it crosses to the writing thread. DOC-400 for one that cannot be stored. */
function written({ kind, id, doc, version }: Put): WrittenPut {
  known(kind)
  if (kind === 'audit') throw new AppError('DOC-400', { problem: 'the audit log is append-only' })
  if (id === '' || id.length > LONGEST_ID)
    throw new AppError('DOC-400', { problem: `an id has 1 to ${LONGEST_ID} characters` })
  const text = JSON.stringify(doc)
  if (text.length > MOST_BYTES)
    throw new AppError('DOC-400', { problem: `${kind} ${id} is larger than ${MOST_BYTES} characters` })
  return { kind, id, doc: text, version }
}

function draftText(draft: AuditDraft | undefined): string | undefined {
  return draft === undefined ? undefined : JSON.stringify(draft)
}

function known(kind: string): void {
  if (!isKind(kind)) throw new AppError('DOC-400', { problem: `no such kind of document: ${kind}` })
}
