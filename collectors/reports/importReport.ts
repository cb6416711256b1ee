import { EVERYTHING } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { and, term, termOrNull } from '../../core/filter.ts'
import { madeOnce } from '../../core/madeOnce.ts'
import type { Finding, ScanReport } from '../../core/model/index.ts'
import type { Clock, DocumentStore, Put, Stored } from '../../core/ports.ts'
import { digest, type Owner } from './identity.ts'
import { normalisePath } from './normalisePath.ts'
import { type Plan, planImport, type Step } from './planImport.ts'
import { readReport } from './readReport.ts'
import type { Rejected, Scan } from './reported.ts'

export interface ImportOptions {
  /** What was scanned, as the sender names it. */
  readonly target: string
  /** A folder or file that the scan was limited to. */
  readonly scope: string | null
  readonly origin: {
    readonly keyId: string
    readonly keyName: string
    readonly unitId: string
    readonly systemId: string | null
  }
  readonly clock: Clock
}

/** The answer of `POST /findings`. */
export interface ImportAnswer {
  readonly format: string
  readonly created: number
  readonly unchanged: number
  readonly reopened: number
  readonly closed: number
  readonly rejected: readonly Rejected[]
}

const LONGEST_TARGET = 300
/** So many findings are written together: other writers wait a quarter of a second at most. */
const PART = 10_000
const MOST_TRIES = 5

/** Imports into one store take turns: a report is compared with what the one before it left. */
const turns = new WeakMap<DocumentStore, Promise<unknown>>()

/**
 * Takes a scanner's report in: opens, goes on with, reopens and closes findings of its unit, system and target. The same
 * report again writes nothing. Throws FND-400, FND-415 or FND-422 (nothing stored then) where it cannot be read.
 */
export async function importReport(
  docs: DocumentStore,
  body: Uint8Array,
  options: ImportOptions,
): Promise<ImportAnswer> {
  const target = options.target.trim()
  if (target === '' || target.length > LONGEST_TARGET)
    throw new AppError('FND-400', {
      problem: `say what was scanned: POST /findings?target=NAME (at most ${LONGEST_TARGET} characters)`,
    })
  const given = options.scope?.trim() ?? ''
  const scope = given === '' ? null : normalisePath(given, [])
  const report = readReport(body)
  const before = turns.get(docs) ?? Promise.resolve()
  const turn = before.then(async () => {
    const sum = { created: 0, unchanged: 0, reopened: 0, closed: 0 }
    for (const scan of report.scans) {
      const posted = { format: report.format, rejected: report.rejected.length }
      const counts = await importScan(docs, scan, posted, { ...options, target, scope })
      for (const key of ['created', 'unchanged', 'reopened', 'closed'] as const) sum[key] += counts[key]
    }
    return { format: report.format, ...sum, rejected: report.rejected }
  })
  turns.set(
    docs,
    turn.catch(() => undefined),
  )
  return turn
}

interface Counts {
  readonly created: number
  readonly unchanged: number
  readonly reopened: number
  readonly closed: number
}

/** What is said of a whole report. */
interface Posted {
  readonly format: string
  readonly rejected: number
}

/** Compares with what stands and writes the difference; again, where someone changed a finding in between. */
async function importScan(docs: DocumentStore, scan: Scan, posted: Posted, options: ImportOptions): Promise<Counts> {
  const { target, scope, origin } = options
  const owner: Owner = { unitId: origin.unitId, systemId: origin.systemId, target }
  const now = options.clock()
  const secret = await madeOnce(docs, 'finding-identity-secret', 32)
  const sum = { created: 0, unchanged: 0, reopened: 0, closed: 0 }
  for (let tries = 1; ; tries++) {
    const plan = planImport(await stored(docs, scan.scanner, owner), scan, { ...owner, scope, now, secret })
    try {
      await write(docs, plan, { scan, posted, options, now, sum })
      return { ...sum, unchanged: plan.found - sum.created - sum.reopened }
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= MOST_TRIES) throw e
    }
  }
}

interface Writing {
  readonly scan: Scan
  readonly posted: Posted
  readonly options: ImportOptions
  readonly now: number
  /** What was written so far. */
  readonly sum: { created: number; reopened: number; closed: number }
}

/**
 * Writes a plan: the findings, the record of the scan and the audit entry stand together or not at all. A plan of more
 * findings than `PART` is written in parts, each with an entry of what it changed; the record goes with the last, so that
 * whoever repeats a report that broke off finishes it.
 */
async function write(docs: DocumentStore, plan: Plan, { scan, posted, options, now, sum }: Writing): Promise<void> {
  const { target, scope, origin } = options
  const { unitId, systemId } = origin
  const { scanner, doubt } = scan
  const { format, rejected } = posted
  const about = { scanner, target, scope, rejected, doubt }
  const id = digest([unitId, systemId, scanner, target, scope, plan.digest])
  const known = await docs.get('scan', id)
  // The same report again is no later look: then not even that is written.
  const steps = known === undefined ? plan.steps : plan.steps.filter((s) => !s.onlySeen)
  if (known !== undefined && steps.length === 0) return

  const at = new Date(now).toISOString()
  const parts = Math.max(Math.ceil(steps.length / PART), 1)
  for (let part = 1; part <= parts; part++) {
    const of = steps.slice((part - 1) * PART, part * PART)
    const did = counted(of)
    const all = added(sum, did)
    const last = part === parts
    const unchanged = plan.found - all.created - all.reopened
    const record: ScanReport = {
      ...about,
      ...all,
      unchanged,
      unitId,
      systemId,
      format,
      at,
      digest: plan.digest,
      findings: scan.findings.length,
    }
    const puts: Put[] = of.map(({ id, version, doc }) => ({ kind: 'finding', id, version, doc }))
    if (last) puts.push({ kind: 'scan', id, version: known?.version ?? 0, doc: record })
    await docs.putAll(puts, {
      at,
      actor: { kind: 'key', id: origin.keyId, name: origin.keyName },
      action: 'findings.imported',
      target: { kind: 'scan', id },
      unitId,
      after: { ...about, ...did, unchanged: last ? unchanged : 0, ...(parts === 1 ? {} : { part, parts }) },
    })
    Object.assign(sum, all)
  }
}

function counted(steps: readonly Step[]) {
  const of = (does: Step['does']) => steps.reduce((n, s) => (s.does === does ? n + 1 : n), 0)
  return { created: of('create'), reopened: of('reopen'), closed: of('close') }
}

const added = (a: Writing['sum'], b: Writing['sum']): Writing['sum'] => ({
  created: a.created + b.created,
  reopened: a.reopened + b.reopened,
  closed: a.closed + b.closed,
})

async function stored(docs: DocumentStore, scanner: string, owner: Owner): Promise<Stored<Finding>[]> {
  const filter = and(
    term('unitId', owner.unitId),
    term('scanner', scanner),
    term('target', owner.target),
    termOrNull('systemId', owner.systemId),
  )
  const found: Stored<Finding>[] = []
  let after: string | undefined
  for (;;) {
    const page = await docs.list('finding', {
      scope: EVERYTHING,
      filter,
      sort: [['firstSeen', 'asc']],
      first: 1_000,
      ...(after === undefined ? {} : { after }),
    })
    for (const { id, version, doc } of page.rows) found.push({ id, version, doc })
    after = page.rows.at(-1)?.cursor
    if (!page.hasNext || after === undefined) return found
  }
}
