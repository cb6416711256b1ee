import type { Firing } from '../../core/correlation.ts'
import type { StoredEvent } from '../../core/event.ts'
import { fold } from '../../core/fold.ts'
import type { EstateSnapshot } from '../../core/model/index.ts'
import { entityOfGroup } from '../../detection/index.ts'
import type { Fired } from '../../response/index.ts'
import { sharedEntities } from '../sharedEntities.ts'

/** What signals of correlations need to know of the estate and the rules. */
export interface FiredFacts {
  /** Entities that many share, folded. */
  readonly shared: ReadonlySet<string>
  /** The field that a correlation says it is about. */
  readonly entityField: (ruleId: string) => string | undefined
  /** Ids of datasets whose data is general: no secret. */
  readonly general: ReadonlySet<string>
}

export function factsOf(estate: EstateSnapshot, entityField: FiredFacts['entityField']): FiredFacts {
  return {
    shared: new Set(sharedEntities(estate).map(fold)),
    entityField,
    general: new Set(estate.datasets.flatMap((d) => (d.dataClass === 'general' ? [d.id] : []))),
  }
}

/** A firing with the evidence that was found for it, ready to become a signal. */
export function toFired(firing: Firing, evidence: StoredEvent | undefined, facts: FiredFacts): Fired {
  return {
    firing,
    entity: entityOfGroup(firing.group, facts.entityField(firing.rule), facts.shared),
    evidence: evidence ?? remainder(firing),
    datasetId: closing(firing.datasetIds, facts.general),
  }
}

/** The datasets that are not general close the signal; of several, nobody's grant names all. */
function closing(datasetIds: readonly string[], general: ReadonlySet<string>): string | null {
  const closed = datasetIds.filter((id) => !general.has(id))
  return closed.length > 0 ? closed.join(' ') : (datasetIds[0] ?? null)
}

/** What is known of a first event that stands in no store any more: it was set aside, or its retention has ended. */
function remainder({ from, unitId, systemId, events: [first] }: Firing): StoredEvent {
  return {
    ecs: {
      '@timestamp': new Date(first?.time ?? from).toISOString(),
      event: { id: first?.id ?? '' },
      suidun: { unit: { id: unitId }, ...(systemId === null ? {} : { system: { id: systemId } }) },
    },
    rest: {},
  }
}
