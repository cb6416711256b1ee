import { EVERYTHING } from '../../core/access.ts'
import { and, type Filter, not, oneOf, or, term } from '../../core/filter.ts'
import type { Signal } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import {
  type Check,
  DAY,
  documentQuestion,
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
  const query = documentQuestion('signals', severe)
  const raised = and(severe, not({ op: 'null', field: ['incidentId'] }))
  const rules = await docs.top('signal', { scope: EVERYTHING, filter: raised, field: 'ruleId', size: 10_000 })
  const stormed = and(
    term('storming', true),
    oneOf(
      'ruleId',
      rules.map((r) => r.value),
    ),
  )
  const waiting: Filter = { op: 'range', field: ['createdAt'], gte: iso(at - GRACE) }
  const unraised = and(severe, { op: 'null', field: ['incidentId'] }, not(or(stormed, waiting)))
  const list = (filter: Filter) =>
    docs.list('signal', { scope: EVERYTHING, filter, sort: [['last', 'desc']], first: MOST_ROWS, total: true })

  const general = await generalDatasets(system.id, docs)
  const missed = await list(unraised)
  const seen = await list(and(severe, or(not({ op: 'null', field: ['incidentId'] }), not(waiting))))
  const signals = seen.total ?? seen.rows.length
  if (signals === 0) return finished(at, 'cannot_tell', 'noIntrusions', { days }, { query, rowsSeen: 0, rows: [] })
  const evidence = (rows: readonly { readonly doc: Signal }[]) => ({
    query,
    rowsSeen: signals,
    rows: rows.map((r) => evidenceRow(r.doc, general)),
  })
  const count = missed.total ?? missed.rows.length
  if (count > 0) {
    return finished(at, 'fails', 'intrusionsUnraised', { days, signals, unraised: count }, evidence(missed.rows))
  }
  return finished(at, 'holds', 'intrusionsRaised', { days, signals }, evidence(seen.rows))
}

/** Datasets whose events name people to everybody who sees the event. */
async function generalDatasets(systemId: string, docs: DocumentStore): Promise<ReadonlySet<string>> {
  const filter = and(term('systemId', systemId), term('dataClass', 'general'))
  const { rows } = await docs.list('dataset', { scope: EVERYTHING, filter, sort: [], first: 10_000 })
  return new Set(rows.map((r) => r.id))
}

/**
 * Source, type, target and time, as the clause wants them recorded. Whom a signal of important data names is left out:
 * the reader of the evidence may not be allowed to see it.
 */
function evidenceRow(s: Signal, general: ReadonlySet<string>): EvidenceRow {
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
    incident: s.incidentId,
  }
}
