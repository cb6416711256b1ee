import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { AppError } from '../../core/errors.ts'
import type { AuditDraft, Kind } from '../../core/model/index.ts'
import { auditId, chain, type Head, headOf } from './auditChain.ts'

/** A document to put; its text is JSON. */
export interface WrittenPut {
  readonly kind: Kind
  readonly id: string
  readonly doc: string
  readonly version: number
}

/** One change, as it crosses to the writing thread; the document and what the audit log shall say are JSON text. */
export type Change =
  | (WrittenPut & { readonly op: 'put'; readonly audit: string | undefined })
  | { readonly op: 'putAll'; readonly puts: readonly WrittenPut[]; readonly audit: string | undefined }
  | {
      readonly op: 'remove'
      readonly kind: Kind
      readonly id: string
      readonly version: number
      readonly audit: string | undefined
    }
  | { readonly op: 'next'; readonly sequence: string }
  | { readonly op: 'audit'; readonly audit: string }

export type Outcome = { readonly value: number } | { readonly error: unknown }

/** Applies changes on one connection, a group to a commit. */
export class Writer {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(db: DatabaseSync) {
    this.#db = db
  }

  /**
   * All changes in one transaction; one that is refused (DOC-409 and the like) leaves nothing and does not hinder the
   * others. Outcomes hold only when this returns; when it throws, nothing of the group stands. `head` is the newest
   * audit entry, if entries were added.
   */
  apply(changes: readonly Change[]): { outcomes: readonly Outcome[]; head: Head | undefined } {
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const start = changes.some((c) => 'audit' in c && c.audit !== undefined) ? headOf(this.#db) : undefined
      let head = start
      const outcomes = changes.map((change): Outcome => {
        try {
          const value = this.#change(change)
          if ('audit' in change && change.audit !== undefined) head = this.#chain(head!, change.audit)
          return { value }
        } catch (error) {
          // A refused change has not written anything; any other failure ends the group.
          if (!(error instanceof AppError)) throw error
          return { error }
        }
      })
      this.#db.exec('COMMIT')
      return { outcomes, head: head === start ? undefined : head }
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #change(change: Change): number {
    switch (change.op) {
      case 'put':
        return this.#put(change)
      case 'putAll':
        this.#putAll(change.puts)
        return 0
      case 'remove': {
        const { kind, id, version } = change
        const gone = this.#sql(`DELETE FROM "${kind}" WHERE id = ? AND version = ?`).run(id, version).changes
        if (gone === 0) throw new AppError('DOC-409', { kind, id })
        return 0
      }
      case 'next': {
        const sql = `INSERT INTO "#sequence" (name, value) VALUES (?, 1)
          ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`
        return Number(this.#sql(sql).get(change.sequence)!.value)
      }
      case 'audit':
        return 0
    }
  }

  #put({ kind, id, doc, version }: WrittenPut): number {
    if (version === 0) {
      const sql = `INSERT INTO "${kind}" (id, version, doc) VALUES (?, 1, ?) ON CONFLICT DO NOTHING`
      if (this.#sql(sql).run(id, doc).changes === 0) throw new AppError('DOC-409', { kind, id })
      return 1
    }
    const sql = `UPDATE "${kind}" SET doc = ?, version = version + 1 WHERE id = ? AND version = ?`
    if (this.#sql(sql).run(doc, id, version).changes === 0) throw new AppError('DOC-409', { kind, id })
    return version + 1
  }

  /** One that is refused takes the others back with it, but not the rest of the group. */
  #putAll(puts: readonly WrittenPut[]): void {
    this.#db.exec('SAVEPOINT puts')
    try {
      for (const put of puts) this.#put(put)
      this.#db.exec('RELEASE puts')
    } catch (error) {
      // A full disk has ended the whole transaction by itself.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK TO puts; RELEASE puts')
      throw error
    }
  }

  #chain(head: Head, draft: string): Head {
    const entry = chain(head, JSON.parse(draft) as AuditDraft)
    this.#sql('INSERT INTO audit (id, version, doc) VALUES (?, 1, ?)').run(auditId(entry.seq), JSON.stringify(entry))
    return { seq: entry.seq, hash: entry.hash }
  }

  #sql(sql: string): StatementSync {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#db.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }
}
