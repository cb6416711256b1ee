import type { Finding } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import { findRenames } from './findRenames.ts'
import { digest, type Identified, identify, type Owner, sealOf, withSealedIdentity } from './identity.ts'
import { maskSecrets } from './maskSecrets.ts'
import { isWithin, resolveScope } from './normalisePath.ts'
import type { Reported, Scan } from './reported.ts'

/** One finding to write. */
export interface Step {
  readonly id: string
  /** 0 = must not exist. */
  readonly version: number
  readonly doc: Finding
  /** What it does; one that goes on is brought up to date. */
  readonly does: 'create' | 'reopen' | 'close' | 'go on'
  /** Nothing changes but when it was last seen. */
  readonly onlySeen: boolean
}

export interface Plan {
  readonly steps: readonly Step[]
  /** How many findings the report holds: created, reopened and unchanged ones. */
  readonly found: number
  /** Digest of all that the report says, in any order. */
  readonly digest: string
}

export interface PlanOptions extends Owner {
  /** A folder or file that the sender says was looked at; null = all of the target. */
  readonly scope: string | null
  /** Milliseconds since 1970 UTC. */
  readonly now: number
  /** What seals identities in this store. */
  readonly secret: string
}

/** When a finding was last seen is exact to a day: a scan that finds nothing new writes little. */
const DAY = 86_400_000

/**
 * What a scan changes in the stored findings of its scanner and target. What it reports is opened or goes on; what it lacks
 * is closed only where it looked and only if there is no doubt about it; what a person decided stays.
 */
export function planImport(stored: readonly Stored<Finding>[], scan: Scan, given: PlanOptions): Plan {
  const seal = sealOf(given.secret)
  const existing = stored.map((e) => withSealedIdentity(e, seal))
  const paths = [...(scan.read ?? []), ...scan.findings.flatMap((f) => f.path ?? [])]
  const options = given.scope === null ? given : { ...given, scope: resolveScope(given.scope, paths) }
  const at = new Date(options.now).toISOString()
  const found = identify(options, scan.scanner, scan.findings, seal)
  const byKey = new Map(existing.map((e) => [e.doc.identity?.key ?? e.id, e]))
  const continues = new Map<Identified, Stored<Finding>>()
  for (const f of found) {
    const there = byKey.get(f.key)
    if (there !== undefined) continues.set(f, there)
  }
  const { moved, gone } = renames(existing, found, continues, scan, options)
  for (const [f, there] of moved) continues.set(f, there)

  const steps: Step[] = []
  const ids = new Set(existing.map((e) => e.id))
  for (const f of found) {
    const there = continues.get(f)
    if (there === undefined) {
      let id = f.key
      while (ids.has(id)) id = digest([id])
      ids.add(id)
      steps.push({ id, version: 0, doc: create(f, scan.scanner, options, at), does: 'create', onlySeen: false })
      continue
    }
    const doc = goOn(there.doc, f, options.now)
    if (doc === undefined) continue
    const was = there.doc.status
    const does = was === 'fixed' || (was !== 'open' && doc.status === 'open') ? 'reopen' : 'go on'
    steps.push({ id: there.id, version: there.version, doc, does, onlySeen: isSame(there.doc, doc) })
  }

  const still = new Set([...continues.values()].map((e) => e.id))
  const looked = lookedAt(scan, options, gone)
  for (const e of existing) {
    if (still.has(e.id) || !looked(e.doc)) continue
    const doc = close(e.doc, at)
    if (doc !== undefined) steps.push({ id: e.id, version: e.version, doc, does: 'close', onlySeen: false })
  }
  const read = scan.read === undefined ? null : [...scan.read].sort()
  return { steps, found: found.length, digest: digest([found.map((f) => f.key).sort(), read, scan.doubt, scan.stamp]) }
}

function renames(
  existing: readonly Stored<Finding>[],
  found: readonly Identified[],
  continues: ReadonlyMap<Identified, Stored<Finding>>,
  scan: Scan,
  options: PlanOptions,
) {
  if (scan.doubt !== null) return { moved: new Map<Identified, Stored<Finding>>(), gone: new Set<string>() }
  const mentioned = new Set(found.map((f) => f.reported.path))
  const known = new Set(existing.filter((e) => e.doc.status !== 'fixed').map((e) => e.doc.path))
  const inScope = (path: string) => options.scope === null || isWithin(path, options.scope)
  const missing = existing.filter(
    ({ doc: { status, path } }) =>
      status !== 'fixed' && path !== null && inScope(path) && !mentioned.has(path) && scan.read?.has(path) !== true,
  )
  return findRenames(
    missing,
    found.filter((f) => !continues.has(f) && !known.has(f.reported.path)),
  )
}

/** Whether the scan looked at the place of a stored finding. */
function lookedAt(scan: Scan, options: PlanOptions, gone: ReadonlySet<string>): (doc: Finding) => boolean {
  if (scan.doubt !== null) return () => false
  const { scope } = options
  const read = scan.read !== undefined && !(scan.readIsGuess && scope !== null) ? scan.read : undefined
  return ({ group, path, location }) => {
    if (group !== undefined && scan.groups !== undefined && !scan.groups.has(group)) return false
    if (path !== null && gone.has(path)) return true
    if (read !== undefined) return path !== null && read.has(path)
    return scope === null || isWithin(path ?? location, scope)
  }
}

function create({ reported, key, what }: Identified, scanner: string, options: PlanOptions, at: string): Finding {
  return {
    kind: 'finding',
    unitId: options.unitId,
    systemId: options.systemId,
    scanner,
    target: options.target,
    ...said(reported, options.target),
    identity: { key, what },
    status: 'open',
    firstSeen: at,
    lastSeen: at,
    fixedAt: null,
    decision: null,
  }
}

/** A stored finding that the report holds as well; undefined where nothing about it changes. */
function goOn(doc: Finding, { reported, key, what }: Identified, now: number): Finding | undefined {
  const at = new Date(now).toISOString()
  const { decision } = doc
  const inForce = decision !== null && (decision.until === null || Date.parse(decision.until) > now)
  const status = inForce ? decision.status : 'open'
  const next: Finding = {
    ...doc,
    ...said(reported, doc.target),
    identity: { key, what },
    status,
    decision: inForce ? decision : null,
    fixedAt: null,
  }
  const stale = now - Date.parse(doc.lastSeen) >= DAY
  if (!stale && isSame(doc, next)) return undefined
  return { ...next, lastSeen: at }
}

function close(doc: Finding, at: string): Finding | undefined {
  return doc.status === 'open' ? { ...doc, status: 'fixed', fixedAt: at } : undefined
}

const SAID_BY_SCANNER = ['ruleId', 'title', 'description', 'severity', 'location', 'path', 'line', 'context'] as const

function isSame(a: Finding, b: Finding): boolean {
  return (
    a.status === b.status &&
    a.identity?.key === b.identity?.key &&
    SAID_BY_SCANNER.every((key) => a[key] === b[key]) &&
    a.references.join('\n') === b.references.join('\n')
  )
}

/** The scanner's part of a finding as it is stored: bounded, and without secrets. */
function said(r: Reported, target: string) {
  const about = r.secret ? 'secret' : 'anything'
  // A sentence about a secret may quote it.
  const sentence = r.secret ? 'quoted' : 'anything'
  const place = r.path ?? (r.asset || target)
  return {
    ruleId: r.ruleId,
    ...(r.group === undefined ? {} : { group: r.group }),
    title: masked(r.title, sentence, 300),
    description: masked(r.description, r.description === r.context ? about : sentence, 4_000),
    severity: r.severity,
    location: r.path !== null && r.line !== null ? `${place}:${r.line}` : place,
    path: r.path,
    line: r.line,
    context: r.context === null ? null : masked(r.context, about, 500),
    references: r.references,
  }
}

function masked(text: string, about: 'secret' | 'quoted' | 'anything', most: number): string {
  return maskSecrets(text.slice(0, 8_000), about).slice(0, most)
}
