import { AppError } from '../core/errors.ts'
import type { AuditAction, CheckRun, ItemResult, ResultValue, System } from '../core/model/index.ts'
import type { DocumentStore, Stored } from '../core/ports.ts'
import { itemOf } from './framework.ts'
import { type DecisionContext, impliedValue, resultOf } from './results.ts'

const MOST_REASON = 2_000

/** The item a person decides on and the version he has seen (0 = nothing written yet). */
export interface Decision {
  readonly system: System
  readonly itemId: string
  readonly version: number
}

/** A person's own word on an item. MLP-020 where a reason is missing, MLP-022 for a foreign item, DOC-409 when outdated. */
export async function setResult(
  docs: DocumentStore,
  decision: Decision & { readonly value: ResultValue; readonly reason: string | null },
  context: DecisionContext,
): Promise<Stored<ItemResult>> {
  const { value } = decision
  const reason = reasonFor(decision.reason, value === 'not_applicable' || value === 'not_compliant')
  return decide(docs, decision, context, 'result.set', () => ({ value, reason, source: 'person', evidence: null }))
}

/**
 * Takes over what the check proposes: holds is compliant, fails is not compliant, resting on the evidence of that digest.
 * DOC-409 if it is no longer the current one, MLP-023 without a proposal, MLP-024 for one that cannot tell.
 */
export async function acceptProposal(
  docs: DocumentStore,
  decision: Decision & { readonly digest: string },
  context: DecisionContext,
): Promise<Stored<ItemResult>> {
  return decide(docs, decision, context, 'result.accepted', (now) => {
    const proposal = proposalOf(now)
    if (proposal.digest !== decision.digest) throw new AppError('DOC-409', { kind: 'result', id: now.id })
    const value = impliedValue(proposal)
    if (value === undefined) throw new AppError('MLP-024')
    return { value, reason: null, source: 'accepted', evidence: proposal }
  })
}

/** Decides otherwise than the check proposes, with a reason; what was proposed is kept with the decision. */
export async function overrideProposal(
  docs: DocumentStore,
  decision: Decision & { readonly value: ResultValue; readonly reason: string },
  context: DecisionContext,
): Promise<Stored<ItemResult>> {
  const reason = reasonFor(decision.reason, true)
  return decide(docs, decision, context, 'result.overridden', (now) => ({
    value: decision.value,
    reason,
    source: 'overridden',
    evidence: proposalOf(now),
  }))
}

interface Decided {
  readonly value: ResultValue
  readonly reason: string | null
  readonly source: 'person' | 'accepted' | 'overridden'
  readonly evidence: CheckRun | null
}

/** One put: the value, a further entry of its history, and the audit entry stand or fall together. */
async function decide(
  docs: DocumentStore,
  { system, itemId, version }: Decision,
  { actor, clock }: DecisionContext,
  action: AuditAction,
  how: (now: Stored<ItemResult>) => Decided,
): Promise<Stored<ItemResult>> {
  if (itemOf(system, itemId) === undefined) throw new AppError('MLP-022', { item: itemId })
  const now = await resultOf(docs, system, itemId)
  if (now.version !== version) throw new AppError('DOC-409', { kind: 'result', id: now.id })
  const { value, reason, source, evidence } = how(now)
  const at = new Date(clock()).toISOString()
  const author = { id: actor.id, name: actor.name }
  const evidenceDigest = evidence?.digest ?? null
  const doc: ItemResult = {
    ...now.doc,
    unitId: system.unitId,
    value,
    author,
    at,
    reason,
    source,
    evidenceDigest,
    history: [...now.doc.history, { at, author, value, reason, source, evidence }],
  }
  const audit = {
    at,
    actor: { kind: actor.kind, id: actor.id, name: actor.name },
    action,
    target: { kind: 'result', id: now.id },
    unitId: system.unitId,
    ...(reason === null ? {} : { reason }),
    before: { value: now.doc.value, evidenceDigest: now.doc.evidenceDigest },
    after: { value, evidenceDigest },
  }
  return docs.put('result', now.id, doc, { version, audit })
}

function proposalOf(now: Stored<ItemResult>): CheckRun {
  if (now.doc.proposal === null) throw new AppError('MLP-023')
  return now.doc.proposal
}

function reasonFor(given: string | null, needed: boolean): string | null {
  const reason = given?.trim() ?? ''
  if (reason === '' && needed) throw new AppError('MLP-020')
  if (reason.length > MOST_REASON) {
    throw new AppError('DOC-400', { problem: `a reason has at most ${MOST_REASON} characters` })
  }
  return reason === '' ? null : reason
}
