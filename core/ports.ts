import type { Scope } from './access.ts'
import type { Filter } from './filter.ts'
import type { AuditDraft, Documents, Kind } from './model/index.ts'
import type { Answer, Ask, EventRow, Query } from './query.ts'

/** Milliseconds since 1970 UTC. Injected wherever time matters. */
export type Clock = () => number

// ---------------------------------------------------------------------------------------------------------------------
// Spool: the log of accepted events.
// One line of a segment is one StoredEvent as JSON: the nested typed groups at the top level, and `rest` beside them:
// {"@timestamp":"…Z","event":{…},"host":{…},…,"suidun":{"lane":0,"seq":17,…},"rest":{"dotted.name":value,…}}

/** A segment that takes no more lines. */
export interface Segment {
  readonly lane: number
  /** Unique for ever, also across restarts; file name without ending. */
  readonly id: string
  readonly path: string
  readonly firstSeq: number
  readonly lastSeq: number
  readonly count: number
  readonly bytes: number
  /** When it was sealed; with `id`, this fixes the index or file it lands in. */
  readonly sealedAt: number
}

/**
 * One lane of the spool: an append-only log of lines, numbered from 1 by `seq` without gaps. One writer.
 * Promise: when `append` has resolved, the lines survive `kill -9` and power loss (fsync of file and, for a new file, its
 * folder); a torn last line is cut off at open and was never acknowledged. A full disk rejects with STO-507, leaves
 * nothing half-appended that could later be read, and a later append may succeed.
 */
export interface Lane {
  readonly lane: number
  /** The `seq` that the next appended line gets. */
  readonly nextSeq: number
  /** Appends lines (each without line feed); the caller has put `nextSeq`, `nextSeq`+1 … into them. */
  append(lines: readonly string[]): Promise<void>
  /** Lines with seq > `after`, in order, in batches; ends at the newest durable line. */
  read(after: number): AsyncIterable<readonly { readonly seq: number; readonly line: string }[]>
  /** The highest seq that this consumer has done with; 0 at first. */
  committed(consumer: Consumer): number
  /** Durable when resolved. Never goes back. */
  commit(consumer: Consumer, seq: number): Promise<void>
  /** Seals the open segment if it is older or larger than its limits (or `force`). */
  seal(force?: boolean): Promise<void>
  /** Sealed segments the loader has not committed yet, oldest first. */
  sealed(): readonly Segment[]
  close(): Promise<void>
}

export type Consumer = 'detector' | 'loader'

// ---------------------------------------------------------------------------------------------------------------------

/**
 * Events that can be searched. Contract suite: `test/contract/event-store.ts`, run over every engine.
 * - `load` is idempotent per segment id: loading one again, also after a crash in the middle, changes nothing. Two events
 *   of the same `event.id` never both stand.
 * - Lines that cannot be loaded are returned with their reason, the rest of the segment is loaded all the same.
 * - `checkpoint` resolves when all that was loaded survives a crash of the store; only then may segments be deleted.
 * - Answers are exact and agree with the plain evaluator (core/evaluate.ts) on every event; what an engine cannot answer
 *   exactly it refuses with QRY-302. The scope is part of the question, never applied to the answer.
 */
export interface EventStore {
  load(segment: Segment): Promise<LoadResult>
  checkpoint(): Promise<void>
  ask<A extends Ask>(scope: Scope, query: Query & { readonly ask: A }, signal?: AbortSignal): Promise<Answer<A>>
  /** Events by id, in any order; those missing or not in the scope are left out. At most 1,000 ids. */
  get(scope: Scope, ids: readonly string[]): Promise<readonly EventRow[]>
  /** Whether it can answer now. */
  ready(): Promise<boolean>
  close(): Promise<void>
}

export interface LoadResult {
  /** Lines that now stand in the store because of this segment; also when it had been loaded before. */
  readonly loaded: number
  readonly rejected: readonly { readonly line: string; readonly reason: string }[]
  readonly alreadyLoaded: boolean
}

// ---------------------------------------------------------------------------------------------------------------------

export interface Stored<D> {
  readonly id: string
  /** 1 when created, one more with every put. */
  readonly version: number
  readonly doc: D
}

export interface PutOptions {
  /** The version that must stand now: 0 = must not exist. Otherwise DOC-409 and nothing is written. */
  readonly version: number
  /** Chained into the audit log in the same transaction as the change; neither stands without the other. */
  readonly audit?: AuditDraft
}

/** One document of several that are put together. */
export interface Put<K extends Kind = Kind> {
  readonly kind: K
  readonly id: string
  readonly doc: Documents[K]
  /** As in `PutOptions`. */
  readonly version: number
}

export interface ListOptions {
  readonly scope: Scope
  readonly filter?: Filter
  /**
   * Dotted field and direction; ties by id in the same direction as the last key. At most 2 keys. A severity (`severity`,
   * a signal's `level`) sorts by its rank, critical first in `asc`; null sorts below everything.
   */
  readonly sort: readonly (readonly [field: string, direction: 'asc' | 'desc'])[]
  readonly first: number
  /** A cursor from a row of the same list (opaque). QRY-304 if it is not one of ours. */
  readonly after?: string
  readonly total?: boolean
}

export interface DocumentPage<D> {
  readonly rows: readonly (Stored<D> & { readonly cursor: string; readonly hidden: readonly string[] })[]
  readonly hasNext: boolean
  readonly total: number | undefined
}

/**
 * Versioned documents, a table per kind (core/model). Promise: `put` is durable when resolved, seen by `get` at once and
 * by lists within a second. `putAll` alone writes several documents together; elsewhere steps are idempotent with derived ids.
 * Scope and filter are applied inside the query; hidden fields count as absent and are cut from returned documents.
 * Safe for several processes on the same folder (the command line beside the server).
 */
export interface DocumentStore {
  get<K extends Kind>(kind: K, id: string): Promise<Stored<Documents[K]> | undefined>
  put<K extends Kind>(kind: K, id: string, doc: Documents[K], options: PutOptions): Promise<Stored<Documents[K]>>
  /**
   * Puts several documents, at most 20,000, with one audit entry: all of it stands or, where one is refused (DOC-409) or
   * anything fails, none. Other writers wait meanwhile, about 25 microseconds a document.
   */
  putAll(puts: readonly Put[], audit?: AuditDraft): Promise<void>
  /** Removes it if that version stands (else DOC-409). For sessions and the like; most kinds are never deleted. */
  remove(kind: Kind, id: string, options: PutOptions): Promise<void>
  list<K extends Kind>(kind: K, options: ListOptions): Promise<DocumentPage<Documents[K]>>
  count(kind: Kind, options: { readonly scope: Scope; readonly filter?: Filter }): Promise<number>
  /** The `size` most frequent values of a field with counts, in scope. */
  top(
    kind: Kind,
    options: { readonly scope: Scope; readonly filter?: Filter; readonly field: string; readonly size: number },
  ): Promise<readonly { readonly value: string; readonly count: number }[]>
  /** The next number of a named sequence (1, 2, …); never the same twice. For incident numbers per unit and year. */
  next(sequence: string): Promise<number>
  /** Appends an audit entry that goes with no document change (sign-in, a refused attempt, an export). */
  audit(entry: AuditDraft): Promise<void>
  /** Walks the chain; the first entry that does not follow from its predecessor, if any. */
  verifyAudit(): Promise<{
    readonly entries: number
    readonly broken: { readonly seq: number; readonly why: string } | undefined
  }>
  ready(): Promise<boolean>
  close(): Promise<void>
}
