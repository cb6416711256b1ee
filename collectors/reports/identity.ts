import { createHash, createHmac } from 'node:crypto'
import type { Finding } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import type { Reported } from './reported.ts'

/** Whose findings a report is about: nobody else's are ever touched. */
export interface Owner {
  readonly unitId: string
  readonly systemId: string | null
  readonly target: string
}

/** A reported finding with what recognises it. */
export interface Identified {
  readonly reported: Reported
  /** Sealed digest of owner, scanner, rule, place, what stands there, and its number among equals. */
  readonly key: string
  /** Sealed digest of scanner, rule and what stands there: recognises it in a file of another name. */
  readonly what: string
}

/**
 * Ties a digest to a store. What stands at a place may be a secret that few tries find: by its plain digest it could be
 * tried out, by a sealed one only with the store's own secret. A sealed digest has 40 hex digits, a plain one 32.
 */
type Seal = (plain: string) => string

export function sealOf(secret: string): Seal {
  return (plain) => createHmac('sha256', secret).update(plain).digest('hex').slice(0, 40)
}

/** A stored finding as if its identity had always been sealed: earlier ones were kept plain. */
export function withSealedIdentity(stored: Stored<Finding>, seal: Seal): Stored<Finding> {
  const { key, what } = stored.doc.identity ?? { key: stored.id, what: stored.id }
  if (key.length !== 32) return stored
  return { ...stored, doc: { ...stored.doc, identity: { key: seal(key), what: seal(what) } } }
}

/**
 * Identity is owner, scanner, rule, file or asset, and what stands at the place; equal ones are numbered in the order of
 * their lines, whatever the order of the report. Lines, severities and figures are no part of it.
 */
export function identify(owner: Owner, scanner: string, findings: readonly Reported[], seal: Seal): Identified[] {
  const equals = new Map<string, Reported[]>()
  for (const f of findings) {
    const base = JSON.stringify([f.group ?? '', f.ruleId, f.path, f.asset, f.text])
    const list = equals.get(base)
    if (list === undefined) equals.set(base, [f])
    else list.push(f)
  }
  const out: Identified[] = []
  for (const [base, list] of equals) {
    list.sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.description < b.description ? -1 : 1))
    list.forEach((reported, ordinal) => {
      const { group, ruleId, text } = reported
      out.push({
        reported,
        key: seal(digest([owner.unitId, owner.systemId, owner.target, scanner, base, ordinal])),
        what: seal(digest([scanner, group ?? '', ruleId, text])),
      })
    })
  }
  return out
}

/** SHA-256 of the JSON of some parts, the first 32 hex digits. */
export function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
