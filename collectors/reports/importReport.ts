import { EVERYTHING } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { and, type Filter, term } from '../../core/filter.ts'
import { madeOnce } from '../../core/madeOnce.ts'
import type { AuditDraft, Finding, ScanReport } from '../../core/model/index.ts'
import type { Clock, DocumentStore, Stored } from '../../core/ports.ts'
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
const AT_ONCE = 32

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
      const plan = await importScan(docs, scan, report.format, report.rejected.length, { ...options, target, scope })
      for (const key of ['created', 'unchanged', 'reopened', 'closed'] as const) sum[key] += plan[key]
    }
    return { format: report.format, ...sum, rejected: report.rejected }
  })
  turns.set(
    docs,
    turn.catch(() => undefined),
  )
  return turn
}

async function importScan(
  docs: DocumentStore,
  scan: Scan,
  format: string,
  rejected: number,
  options: ImportOptions,
): Promise<Plan> {
  const { target, scope, origin } = options
  const { unitId, systemId } = origin
  const owner: Owner = { unitId, systemId, target }
  const now = options.clock()
  const secret = await madeOnce(docs, 'finding-identity-secret', 32)
  const plan = planImport(await stored(docs, scan.scanner, owner), scan, { ...owner, scope, now, secret })
  const id = digest([unitId, systemId, scan.scanner, target, scope, plan.digest])
  const known = await docs.get('scan', id)
  // The same report again is no later look: then not even that is written.
  const steps = known === undefined ? plan.steps : plan.steps.filter((s) => !s.onlySeen)
  if (known !== undefined && steps.length === 0) return plan

  const { created, unchanged, reopened, closed } = plan
  const at = new Date(now).toISOString()
  const record: ScanReport = {
    unitId,
    systemId,
    scanner: scan.scanner,
    target,
    scope,
    format,
    at,
    digest: plan.digest,
    findings: scan.findings.length,
    created,
    unchanged,
    reopened,
    closed,
    rejected,
    doubt: scan.doubt,
  }
  const audit: AuditDraft = {
    at,
    actor: { kind: 'key', id: origin.keyId, name: origin.keyName },
    action: 'findings.imported',
    target: { kind: 'scan', id },
    unitId,
    after: { scanner: scan.scanner, target, scope, created, unchanged, reopened, closed, rejected, doubt: scan.doubt },
  }
  // The record and its audit entry come first: a change without its entry must not be, and whoever repeats a report that
  // broke off finishes it.
  await docs.put('scan', id, record, { version: known?.version ?? 0, audit })
  for (let i = 0; i < steps.length; i += AT_ONCE)
    await Promise.all(steps.slice(i, i + AT_ONCE).map((step) => take(docs, step)))
  return plan
}

/** Writes one finding; where someone changed it meanwhile, says it again for what stands now. */
async function take(docs: DocumentStore, step: Step): Promise<void> {
  let { version } = step
  let doc: Finding | undefined = step.doc
  for (let tries = 0; doc !== undefined; tries++) {
    try {
      await docs.put('finding', step.id, doc, { version })
      return
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 5) throw e
      const there = await docs.get('finding', step.id)
      version = there?.version ?? 0
      doc = step.next(there?.doc)
    }
  }
}

async function stored(docs: DocumentStore, scanner: string, owner: Owner): Promise<Stored<Finding>[]> {
  const system: Filter =
    owner.systemId === null ? { op: 'null', field: ['systemId'] } : term('systemId', owner.systemId)
  const filter = and(term('unitId', owner.unitId), term('scanner', scanner), term('target', owner.target), system)
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
