import { EVERYTHING } from '../../core/access.ts'
import { and, type Filter, not, oneOf, or, term } from '../../core/filter.ts'
import type { Signal } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import {
  type Check,
  DAY,
  documentQuestion,
  type Evidence,
  type EvidenceRow,
  finished,
  HOUR,
  iso,
  MOST_ROWS,
  THRESHOLDS,
} from './check.ts'

/** A signal younger than this may still be on its way into an incident, milliseconds. */
const GRACE = HOUR / 6

/**
 * 8.1.3.3.d, attacks are recorded and severe ones raise an alarm: each severe signal belongs to an incident. A rule over
 * its budget opens no further one, so its signals count as raised where another of its signals was. None seen cannot tell.
 */
export const intrusionsRaised: Check = async (system, { docs, clock, thresholds = THRESHOLDS }) => {
  const at = clock()
  const days = thresholds.intrusionDays
  const severe = and(term('systemId', system.id), oneOf('level', ['critical', 'high']), {
    op: 'range',
    field: ['last'],
    gte: iso(at - days * DAY),
  })
  const raised = and(severe, not({ op: 'null', field: ['incidentId'] }))
  const rulesOf = async (filter: Filter) =>
    (await docs.top('signal', { scope: EVERYTHING, filter, field: 'ruleId', size: 10_000 })).map((r) => r.value)
  const storming = new Set(await rulesOf(and(severe, term('storming', true))))
  const rules = (await rulesOf(raised)).filter((id) => storming.has(id))
  const stormed = and(term('storming', true), oneOf('ruleId', rules))
  const waiting: Filter = { op: 'range', field: ['createdAt'], gte: iso(at - GRACE) }
  const unraised = and(severe, { op: 'null', field: ['incidentId'] }, not(or(stormed, waiting)))
  const list = (filter: Filter) =>
    docs.list('signal', { scope: EVERYTHING, filter, sort: [['last', 'desc']], first: MOST_ROWS, total: true })

  const general = await generalDatasets(system.id, docs)
  const missed = await list(unraised)
  const looked = and(severe, or(not({ op: 'null', field: ['incidentId'] }), not(waiting)))
  const seen = await list(looked)
  const signals = seen.total ?? seen.rows.length
  const evidence = async (filter: Filter, rows: readonly { readonly doc: Signal }[]): Promise<Evidence> => ({
    query: documentQuestion('signals', filter),
    rowsSeen: signals,
    rows: await Promise.all(rows.map(async ({ doc }) => evidenceRow(doc, general, await incidentNumber(doc, docs)))),
  })
  if (signals === 0) return finished(at, 'cannot_tell', 'noIntrusions', { days }, await evidence(looked, []))
  const count = missed.total ?? missed.rows.length
  if (count > 0) {
    return finished(
      at,
      'fails',
      'intrusionsUnraised',
      { days, signals, unraised: count },
      await evidence(unraised, missed.rows),
    )
  }
  return finished(at, 'holds', 'intrusionsRaised', { days, signals }, await evidence(looked, seen.rows))
}

/** Datasets whose events name people to everybody who sees the event. */
async function generalDatasets(systemId: string, docs: DocumentStore): Promise<ReadonlySet<string>> {
  const filter = and(term('systemId', systemId), term('dataClass', 'general'))
  const { rows } = await docs.list('dataset', { scope: EVERYTHING, filter, sort: [], first: 10_000 })
  return new Set(rows.map((r) => r.id))
}

/** The number by which people know the incident. */
async function incidentNumber({ incidentId }: Signal, docs: DocumentStore): Promise<string | null> {
  return incidentId === null ? null : ((await docs.get('incident', incidentId))?.doc.number ?? null)
}

/**
 * Source, type, target and time, as the clause wants them recorded. Whom a signal of important data names is left out:
 * the reader of the evidence may not be allowed to see it.
 */
function evidenceRow(s: Signal, general: ReadonlySet<string>, incident: string | null): EvidenceRow {
  const shown = s.datasetId === null || general.has(s.datasetId)
  return {
    rule: s.ruleTitle,
    ruleZh: s.ruleTitleZh,
    level: s.level,
    entity: shown ? s.entity : `${s.entity.split(':')[0]}:•••`,
    system: s.systemId,
    first: s.first,
    last: s.last,
    count: s.count,
    incident,
  }
}
