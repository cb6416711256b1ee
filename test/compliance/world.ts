import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { createNormaliser } from '../../collectors/normalise/index.ts'
import type { Identity } from '../../core/access.ts'
import type { Asset, Finding, Incident, ScanReport, Signal, System } from '../../core/model/index.ts'
import type { DocumentStore, EventStore } from '../../core/ports.ts'
import { openDocuments, openEvents } from '../../store/index.ts'
import { identified, lineOf, writeSegment } from '../support/segments.ts'

export const NOW = Date.UTC(2026, 10, 24, 6)
export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const iso = (at: number) => new Date(at).toISOString()

export const portal: System = {
  kind: 'system',
  id: 'portal',
  unitId: 'root',
  name: '门户',
  level: 3,
  informationLevel: 3,
  serviceLevel: 3,
  cloud: true,
  since: '2020-01-01T00:00:00.000Z',
}

export const officer: Identity = {
  kind: 'account',
  id: 'wu',
  name: '吴静',
  role: 'compliance_officer',
  scopes: [],
  unitId: 'root',
  partyId: undefined,
}

const host = (id: string): Asset => ({
  id,
  systemId: 'portal',
  unitId: 'root',
  hostNames: [id],
  addresses: [],
  shared: false,
})

/** Real stores in a temporary folder; lines come in through the real normaliser. */
export async function openWorld() {
  const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-compliance-'))
  const docs: DocumentStore = await openDocuments({ path: join(folder, 'documents.db') })
  const events: EventStore = await openEvents({
    folder: join(folder, 'events'),
    segments: [folder],
    clock: () => NOW,
    tell: () => {},
  })
  const assets = [host('web-1'), host('web-2')]
  const normalise = createNormaliser({ estate: { assets, datasets: [] } })
  let n = 0
  return {
    docs,
    events,
    context: { docs, events, clock: () => NOW },
    async addHosts() {
      for (const asset of assets) await docs.put('asset', asset.id, asset, { version: 0 })
    },
    /** Lines as a host's syslog or an application's JSON brings them, received at that time. */
    async send(lines: readonly string[], receivedAt = NOW, systemId: string | null = 'portal') {
      const origin = { keyId: 'k', sourceId: 'http:k', unitId: 'root', systemId, receivedAt, address: '10.0.0.9' }
      const stored = lines.map((line) => {
        const draft = normalise(line, line.startsWith('{') ? 'json' : 'syslog', origin)
        return lineOf(identified({ ecs: draft.ecs, rest: draft.rest }, `e${n++}`.padStart(32, '0')))
      })
      const { rejected } = await events.load(writeSegment(folder, `s${n}`, stored))
      if (rejected.length > 0) throw new Error(rejected[0]!.reason)
    },
    async close() {
      await events.close()
      await docs.close()
      fs.rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A successful SSH sign-in as sshd writes it (RFC 5424 header). */
export const sshLogin = (hostName: string, at: number) =>
  `<38>1 ${iso(at)} ${hostName} sshd 4242 - - Accepted password for li.na from 10.1.2.3 port 50022 ssh2`

export const auditRecord = (at: number, more: object = {}) =>
  JSON.stringify({
    time: iso(at),
    app: 'portal',
    user: 'li.na',
    action: 'export',
    object: 'citizen_profile',
    result: 'success',
    host: 'web-1',
    ...more,
  })

export const scan = (at: number, more: Partial<ScanReport> = {}): ScanReport => ({
  unitId: 'root',
  systemId: 'portal',
  scanner: 'trivy',
  target: 'portal',
  scope: null,
  format: 'trivy',
  at: iso(at),
  digest: 'sha-256:00',
  findings: 0,
  created: 0,
  unchanged: 0,
  reopened: 0,
  closed: 0,
  rejected: 0,
  doubt: null,
  ...more,
})

export const finding = (more: Partial<Finding>): Finding => ({
  kind: 'finding',
  unitId: 'root',
  systemId: 'portal',
  scanner: 'trivy',
  target: 'portal',
  ruleId: 'CVE-2026-1',
  title: 'CVE-2026-1 in openssl',
  description: '',
  severity: 'high',
  status: 'open',
  location: 'openssl',
  path: null,
  line: null,
  context: null,
  references: [],
  firstSeen: iso(NOW - 31 * DAY),
  lastSeen: iso(NOW),
  fixedAt: null,
  decision: null,
  ...more,
})

export const signal = (more: Partial<Signal>): Signal => ({
  kind: 'signal',
  ruleId: 'web-shell',
  ruleTitle: 'Web shell',
  ruleTitleZh: '网页后门',
  level: 'critical',
  tags: [],
  unitId: 'root',
  systemId: 'portal',
  entity: 'source.ip:203.0.113.9',
  window: iso(NOW - DAY),
  count: 3,
  first: iso(NOW - DAY),
  last: iso(NOW - DAY + 60_000),
  eventIds: [],
  evidence: { ecs: {}, rest: {} },
  evidenceDigest: '',
  datasetId: null,
  positions: {},
  storming: false,
  incidentId: null,
  createdAt: iso(NOW - DAY),
  ...more,
})

export const incident = (number: string): Incident => ({
  kind: 'incident',
  number,
  title: 'Web shell',
  titleZh: '网页后门',
  severity: 'critical',
  severityWhy: { ruleLevel: 'critical', ruleId: 'web-shell', raisedByLevel: null },
  status: 'new',
  statusReason: null,
  unitId: 'root',
  systemId: 'portal',
  entity: 'source.ip:203.0.113.9',
  assigneeId: null,
  assigneeName: null,
  signalIds: [],
  signalCount: 1,
  datasetIds: [],
  first: iso(NOW - DAY),
  last: iso(NOW - DAY),
  createdAt: iso(NOW - DAY),
  updatedAt: iso(NOW - DAY),
  timeline: [],
})
