import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { canonicalJson, sha256hex } from '../../core/canonical.ts'
import type { AuditDraft, AuditEntry } from '../../core/model/index.ts'

/** The newest entry of a chain: its number and hash. Seq 0 with zeros is the chain without entries. */
export interface Head {
  readonly seq: number
  readonly hash: string
}

const START: Head = { seq: 0, hash: '0'.repeat(64) }

export function auditId(seq: number): string {
  return String(seq).padStart(12, '0')
}

/** The entry that follows `head`; the draft is plain JSON, as it will be read again. */
export function chain(head: Head, draft: AuditDraft): AuditEntry {
  const { at, actor, action, target, unitId, reason, before, after } = draft
  const body = {
    kind: 'audit' as const,
    seq: head.seq + 1,
    at,
    actor,
    action,
    target,
    unitId,
    ...(reason === undefined ? {} : { reason }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    prev: head.hash,
    algorithm: 'sha-256' as const,
  }
  return { ...body, hash: hashOf(body) }
}

function hashOf(entry: object): string {
  const { hash: _, ...body } = entry as { hash?: string }
  return sha256hex(canonicalJson(body))
}

/** The newest entry in the table; ask inside the transaction that adds the next. */
export function headOf(db: DatabaseSync): Head {
  const row = db.prepare('SELECT doc FROM audit ORDER BY id DESC LIMIT 1').get()
  if (row === undefined) return START
  const { seq, hash } = JSON.parse(String(row.doc)) as AuditEntry
  return { seq, hash }
}

export interface Verdict {
  readonly entries: number
  readonly broken: { readonly seq: number; readonly why: string } | undefined
}

/**
 * Walks the chain in steps (yielding between them) and tells the first entry that does not follow from its predecessor.
 * `head` is the checkpoint kept beside the store, read before: the chain must hold that entry.
 */
export function* verifyChain(db: DatabaseSync, head: Head | undefined): Generator<void, Verdict> {
  const page = db.prepare('SELECT rowid AS n, id, doc FROM audit WHERE id > ? ORDER BY id LIMIT 1000')
  let last = START
  let id = ''
  for (;;) {
    const rows = page.all(id)
    if (rows.length === 0) break
    for (const row of rows) {
      id = String(row.id)
      const seq = last.seq + 1
      const why = faultOf(id, String(row.doc), last, head)
      if (why !== undefined) return { entries: last.seq, broken: { seq, why } }
      last = { seq, hash: (JSON.parse(String(row.doc)) as AuditEntry).hash }
    }
    yield
  }
  if (head === undefined) {
    return {
      entries: last.seq,
      broken: { seq: last.seq, why: 'the checkpoint of the newest entry is missing or unreadable' },
    }
  }
  if (head.seq > last.seq) {
    const why = `the log ends here, but its checkpoint knows ${head.seq} entries: entries were cut off the end`
    return { entries: last.seq, broken: { seq: last.seq + 1, why } }
  }
  return { entries: last.seq, broken: undefined }
}

function faultOf(id: string, doc: string, last: Head, head: Head | undefined): string | undefined {
  const seq = last.seq + 1
  if (id !== auditId(seq)) return `entry ${seq} is missing: the next one is ${Number(id)}`
  const entry = parse(doc)
  if (entry === undefined) return `entry ${seq} is not readable`
  if (entry.seq !== seq) return `entry ${seq} says that it is entry ${entry.seq}: entries were exchanged`
  if (entry.algorithm !== 'sha-256') return `entry ${seq} names an unknown algorithm`
  if (hashOf(entry) !== entry.hash) return `entry ${seq} was modified: its content does not give its hash`
  if (entry.prev !== last.hash) return `entry ${seq} does not follow from entry ${last.seq}`
  if (head?.seq === seq && head.hash !== entry.hash) return `entry ${seq} is not the one its checkpoint knows`
  return undefined
}

function parse(doc: string): AuditEntry | undefined {
  try {
    const value: unknown = JSON.parse(doc)
    return typeof value === 'object' && value !== null ? (value as AuditEntry) : undefined
  } catch {
    return undefined
  }
}

// ---------------------------------------------------------------------------------------------------------------------

/** Reads the checkpoint file; undefined where it is missing or not one. */
export function readCheckpoint(path: string): Head | undefined {
  try {
    const { seq, hash } = JSON.parse(readFileSync(path, 'utf8')) as Head
    return Number.isSafeInteger(seq) && /^[0-9a-f]{64}$/.test(hash) ? { seq, hash } : undefined
  } catch {
    return undefined
  }
}

/**
 * Moves the checkpoint on to the newest entry. After the commit, so that it never knows more than the store; never back,
 * for another process may be ahead; and not at all where it is missing or knows an entry that the log no longer holds:
 * then it stays as the witness that `verifyChain` calls.
 */
export function advanceCheckpoint(db: DatabaseSync, path: string, head: Head): void {
  const known = readCheckpoint(path)
  if (known === undefined || known.seq >= head.seq || !holds(db, known)) return
  keepCheckpoint(path, head)
}

/** The checkpoint of a new store, without entries; one that is there already tells of a store that was thrown away. */
export function startCheckpoint(path: string): void {
  if (readCheckpoint(path) === undefined) keepCheckpoint(path, START)
}

function holds(db: DatabaseSync, head: Head): boolean {
  if (head.seq === 0) return head.hash === START.hash
  const row = db.prepare('SELECT doc FROM audit WHERE id = ?').get(auditId(head.seq))
  return row !== undefined && parse(String(row.doc))?.hash === head.hash
}

/** Durable when it returns: written aside, synced, and put in place. */
function keepCheckpoint(path: string, head: Head): void {
  const draft = `${path}.${process.pid}`
  const file = openSync(draft, 'w', 0o600)
  try {
    writeSync(file, `${JSON.stringify({ ...head, algorithm: 'sha-256' })}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}
