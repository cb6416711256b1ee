import { EVERYTHING, type Identity } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import type { AuditDraft, CheckRun, ItemResult, System } from '../core/model/index.ts'
import type { Stored } from '../core/ports.ts'
import { type CheckContext, finished } from './checks/check.ts'
import { CHECKS } from './checks.ts'
import { checklistItems, itemOf } from './framework.ts'
import { resultOf } from './results.ts'

/** The scheduled run acts under this name. */
const PLATFORM: Identity = {
  kind: 'system',
  id: 'suidun',
  name: 'Suidun',
  role: undefined,
  scopes: [],
  unitId: 'root',
  partyId: undefined,
}

/** A check's context and who has it run (the platform, where nobody is named). */
export interface RunContext extends CheckContext {
  readonly actor?: Identity
}

/**
 * Runs the check of an item now and keeps what it found as the item's proposal; what a person decided stays. MLP-022 for
 * an item that is not of the system's checklist, MLP-023 for one without a check.
 */
export async function runCheck(system: System, itemId: string, context: RunContext): Promise<Stored<ItemResult>> {
  if (itemOf(system, itemId) === undefined) throw new AppError('MLP-022', { item: itemId })
  const check = CHECKS.get(itemId)
  if (check === undefined) throw new AppError('MLP-023')
  return keep(system, itemId, await check(system, context), context)
}

/** A scheduled run that says the same as the last leaves its evidence standing for so long, milliseconds. */
const STANDS = 3_600_000

/**
 * Runs every check of every system with a checklist, one after the other; one that fails to run cannot tell, and says so.
 * A run that says the same as one of the last hour changes nothing, so that whoever reads the evidence can still accept it.
 */
export async function runAll(context: RunContext): Promise<{ readonly systems: number; readonly runs: number }> {
  const { rows } = await context.docs.list('system', { scope: EVERYTHING, sort: [], first: 100_000 })
  const systems = rows.map((r) => r.doc).filter((s) => checklistItems(s).length > 0)
  let runs = 0
  for (const system of systems) {
    for (const [itemId, check] of CHECKS) {
      if (itemOf(system, itemId) === undefined) continue
      const run = await check(system, context).catch((error: unknown) => unavailable(error, context))
      const last = (await resultOf(context.docs, system, itemId)).doc.proposal
      const same = last !== null && last.state === run.state && Date.parse(run.at) - Date.parse(last.at) < STANDS
      if (!same) await keep(system, itemId, run, context)
      runs++
    }
  }
  return { systems: systems.length, runs }
}

function unavailable(error: unknown, { clock }: CheckContext): CheckRun {
  const code = error instanceof AppError ? error.code : 'STO-500'
  return finished(clock(), 'cannot_tell', 'unavailable', { code }, { query: '-', rowsSeen: 0, rows: [] })
}

const MOST_TRIES = 20

/** Puts the run beside whatever stands, again if a person decided in the same moment. */
async function keep(system: System, itemId: string, run: CheckRun, context: RunContext): Promise<Stored<ItemResult>> {
  const { docs, actor = PLATFORM } = context
  for (let tries = 1; ; tries++) {
    const now = await resultOf(docs, system, itemId)
    const audit: AuditDraft = {
      at: run.at,
      actor: { kind: actor.kind, id: actor.id, name: actor.name },
      action: 'result.checked',
      target: { kind: 'result', id: now.id },
      unitId: system.unitId,
      before: { state: now.doc.proposal?.state ?? null, digest: now.doc.proposal?.digest ?? null },
      after: { state: run.state, digest: run.digest },
    }
    const doc: ItemResult = { ...now.doc, unitId: system.unitId, proposal: run }
    try {
      return await docs.put('result', now.id, doc, { version: now.version, audit })
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'DOC-409' || tries >= MOST_TRIES) throw error
    }
  }
}
