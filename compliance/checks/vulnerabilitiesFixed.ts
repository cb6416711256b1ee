import { EVERYTHING } from '../../core/access.ts'
import { and, type Filter, oneOf, or, term } from '../../core/filter.ts'
import type { Finding } from '../../core/model/index.ts'
import { type Check, DAY, documentQuestion, type EvidenceRow, finished, iso, MOST_ROWS, THRESHOLDS } from './check.ts'

/**
 * 8.1.4.4.e, known vulnerabilities are found and fixed: no finding of high severity is overdue. A system that no valid
 * scan has looked at lately cannot tell.
 */
export const vulnerabilitiesFixed: Check = async (system, { docs, clock, thresholds = THRESHOLDS }) => {
  const at = clock()
  const { critical, high } = thresholds.fixDays
  const ofSystem = term('systemId', system.id)
  const valid: Filter = and(ofSystem, { op: 'null', field: ['doubt'] })
  const scans = await docs.list('scan', { scope: EVERYTHING, filter: valid, sort: [['at', 'desc']], first: 1 })
  const last = scans.rows[0]?.doc
  const asked = documentQuestion('scans', valid)
  if (last === undefined)
    return finished(at, 'cannot_tell', 'neverScanned', {}, { query: asked, rowsSeen: 0, rows: [] })
  const lastScan = last.at
  if (Date.parse(lastScan) < at - thresholds.scanDays * DAY) {
    const row = { scanner: last.scanner, target: last.target, at: last.at }
    const values = { lastScan, days: thresholds.scanDays }
    return finished(at, 'cannot_tell', 'scanStale', values, { query: asked, rowsSeen: 1, rows: [row] })
  }

  const now = iso(at)
  const unfixed = or(term('status', 'open'), and(term('status', 'accepted'), before('decision.until', now)))
  const severe = and(ofSystem, oneOf('severity', ['critical', 'high']))
  const late = or(
    and(term('severity', 'critical'), before('firstSeen', iso(at - critical * DAY))),
    and(term('severity', 'high'), before('firstSeen', iso(at - high * DAY))),
  )
  const overdueFilter = and(severe, unfixed, late)
  const list = (filter: Filter) =>
    docs.list('finding', { scope: EVERYTHING, filter, sort: [['firstSeen', 'asc']], first: MOST_ROWS, total: true })
  const rowsSeen = await docs.count('finding', { scope: EVERYTHING, filter: severe })
  const overdue = await list(overdueFilter)
  const total = overdue.total ?? overdue.rows.length
  if (total > 0) {
    const values = { overdue: total, critical, high, oldest: overdue.rows[0]!.doc.firstSeen }
    return finished(at, 'fails', 'overdue', values, {
      query: documentQuestion('findings', overdueFilter),
      rowsSeen,
      rows: overdue.rows.map((r) => evidenceRow(r.doc)),
    })
  }
  const openFilter = and(severe, unfixed)
  const open = await list(openFilter)
  const values = { critical, high, open: open.total ?? open.rows.length, lastScan }
  return finished(at, 'holds', 'noneOverdue', values, {
    query: documentQuestion('findings', openFilter),
    rowsSeen,
    rows: open.rows.map((r) => evidenceRow(r.doc)),
  })
}

function before(field: string, instant: string): Filter {
  return { op: 'range', field: [field], lt: instant }
}

function evidenceRow(f: Finding): EvidenceRow {
  const { title, severity, status, scanner, location, firstSeen, lastSeen } = f
  return { title, severity, status, scanner, location, firstSeen, lastSeen }
}
