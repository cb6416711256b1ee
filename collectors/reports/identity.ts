import { createHash } from 'node:crypto'
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
  /** Digest of owner, scanner, rule, place, what stands there, and its number among equals. */
  readonly key: string
  /** Digest of scanner, rule and what stands there: recognises it in a file of another name. */
  readonly what: string
}

/**
 * Identity is owner, scanner, rule, file or asset, and what stands at the place; equal ones are numbered in the order of
 * their lines, whatever the order of the report. Lines, severities and figures are no part of it.
 */
export function identify(owner: Owner, scanner: string, findings: readonly Reported[]): Identified[] {
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
        key: digest([owner.unitId, owner.systemId, owner.target, scanner, base, ordinal]),
        what: digest([scanner, group ?? '', ruleId, text]),
      })
    })
  }
  return out
}

/** SHA-256 of the JSON of some parts, the first 32 hex digits. */
export function digest(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}
