import { canonicalJson, digestOf, sha256hex } from '../core/canonical.ts'
import type { Firing } from '../core/correlation.ts'
import { AppError } from '../core/errors.ts'
import type { StoredEvent } from '../core/event.ts'
import type { Signal } from '../core/model/index.ts'
import type { Clock, DocumentStore } from '../core/ports.ts'
import type { Counted } from './incidentFor.ts'
import type { RuleFacts } from './responder.ts'

/** A firing with what its signal needs besides. */
export interface Fired {
  readonly firing: Firing
  /** `field:value` of the group, or `-`. */
  readonly entity: string
  /** Copy of its first event. */
  readonly evidence: StoredEvent
  /** The dataset whose readers alone may see whom it names; null where that is no secret. */
  readonly datasetId: string | null
}

/** Signals are by five minutes of event time; one of a correlation by those in which it begins. */
const WINDOW = 300_000

const iso = (ms: number): string => new Date(ms).toISOString()

/** The id of a firing's signal: the same firing again is the same signal; `secret` keeps it from being guessed. */
export function firingId(firing: Firing, secret: string): string {
  return sha256hex(canonicalJson(['firing', secret, firing.key])).slice(0, 32)
}

/** Writes the signal of a firing (`id`), unless it is there already; `runId` is the run over stored events that it comes from. */
export async function fireSignal(
  docs: DocumentStore,
  id: string,
  fired: Fired,
  rule: (id: string) => RuleFacts,
  clock: Clock,
  runId?: string,
): Promise<Counted> {
  const there = await docs.get('signal', id)
  if (there !== undefined) return { signal: there, known: true }
  try {
    return { signal: await docs.put('signal', id, create(fired, rule, clock(), runId), { version: 0 }), known: false }
  } catch (e) {
    const meanwhile = e instanceof AppError && e.code === 'DOC-409' ? await docs.get('signal', id) : undefined
    if (meanwhile === undefined) throw e
    return { signal: meanwhile, known: true }
  }
}

function create(
  { firing, entity, evidence, datasetId }: Fired,
  ruleOf: (id: string) => RuleFacts,
  now: number,
  runId: string | undefined,
): Signal {
  const rule = ruleOf(firing.rule)
  const [first] = firing.events
  const base = [...new Set(firing.events.map((e) => e.rule))]
  return {
    kind: 'signal',
    ruleId: firing.rule,
    ruleTitle: rule.title,
    ruleTitleZh: rule.titleZh,
    level: rule.level,
    tags: rule.tags,
    unitId: firing.unitId,
    systemId: firing.systemId,
    entity,
    window: iso(Math.floor(firing.from / WINDOW) * WINDOW),
    count: firing.count,
    first: iso(firing.from),
    last: iso(firing.to),
    eventIds: firing.events.map((e) => e.id),
    evidence,
    evidenceDigest: digestOf(evidence),
    datasetId,
    datasetIds: firing.datasetIds,
    correlation: {
      group: Object.entries(firing.group).map(([name, value]) => ({ name, value })),
      from: iso(firing.from),
      to: iso(firing.to),
      value: firing.value,
      rules: base.map((id) => {
        const { title, titleZh } = ruleOf(id)
        return { id, title, titleZh }
      }),
      evidenceRuleId: first?.rule ?? firing.rule,
    },
    positions: {},
    ...(runId === undefined ? {} : { retro: { count: firing.count, runId, parts: {} } }),
    storming: false,
    incidentId: null,
    createdAt: iso(now),
  }
}
