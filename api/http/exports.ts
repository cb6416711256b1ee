import { gapCsv, openChecklist } from '../../compliance/index.ts'
import { AppError } from '../../core/errors.ts'
import { identify } from '../identify.ts'
import { preferredLanguage } from '../language.ts'
import type { Services } from '../services.ts'
import { type Handler, sendError } from './handler.ts'

const GAPS = /^\/export\/systems\/([^/]+)\/gaps\.csv$/

/** Files to take away, below `/export`: the gap list of a system. Each export leaves an audit entry. */
export function createExportHandler(services: Services): Handler {
  return async (req, res, path) => {
    const query = new URL(req.url ?? '/', 'http://localhost').searchParams
    const asked = query.get('lang')
    const language = asked === 'zh' || asked === 'en' ? asked : preferredLanguage(req.headers['accept-language'])
    try {
      const systemId = GAPS.exec(path)?.[1]
      if (systemId === undefined) throw new AppError('COL-404', { path })
      if (req.method !== 'GET' && req.method !== 'HEAD') {
        res.writeHead(405, { Allow: 'GET, HEAD' }).end()
        return
      }
      const { authorization, cookie } = req.headers
      const { reader } = await identify(services, { authorization, cookie })
      if (reader === undefined) throw new AppError('ACC-003')
      const system = await services.docs.get('system', systemId)
      if (system === undefined || !reader.can('read', 'system', system.doc))
        throw new AppError('DOC-404', { kind: 'system', id: systemId })
      if (!reader.can('export', 'system', system.doc)) throw new AppError('ACC-004')
      const { docs, clock } = services
      const [entries, unit] = await Promise.all([
        openChecklist(docs, system.doc, reader.scope('result')),
        docs.get('unit', system.doc.unitId),
      ])
      const csv = gapCsv(system.doc, entries, { language, unit: unit?.doc.name ?? system.doc.unitId, now: clock() })
      const { kind, id, name } = reader.identity
      await docs.audit({
        at: new Date(clock()).toISOString(),
        actor: { kind, id, name },
        action: 'checklist.exported',
        target: { kind: 'system', id: systemId },
        unitId: system.doc.unitId,
      })
      res.writeHead(200, {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="gaps.csv"; filename*=UTF-8''${encodeURIComponent(`${systemId}-gaps.csv`)}`,
        'Cache-Control': 'no-store',
      })
      res.end(req.method === 'HEAD' ? undefined : csv)
    } catch (error) {
      sendError(req, res, error, language)
    }
  }
}
