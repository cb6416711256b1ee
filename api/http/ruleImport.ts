import type { IncomingMessage } from 'node:http'
import { AppError, type Problem } from '../../core/errors.ts'
import { messageOf } from '../../core/messages/errors.ts'
import { ROOT_UNIT } from '../../core/model/index.ts'
import { ARCHIVE_LIMITS, shownPath } from '../../detection/index.ts'
import { CSRF_HEADER, demandCsrf, identify } from '../identify.ts'
import { importRules } from '../importRules.ts'
import { preferredLanguage } from '../language.ts'
import type { Services } from '../services.ts'
import { type Handler, sendError, sendJson } from './handler.ts'

/** Archives taken in at a time, of all people together: each may need some hundred megabytes. */
const AT_ONCE = 2

/**
 * `POST /rules/import`: an archive of rules (zip, tar, tar.gz) or one YAML file (then `?name=` is its name), as the body. Who
 * sends it is found out before a byte of it is read. Answers what `importRules` answers.
 */
export function createRuleImportHandler(services: Services): Handler {
  let running = 0
  return async (req, res, path) => {
    let language = preferredLanguage(req.headers['accept-language'])
    try {
      if (path !== '/rules/import') throw new AppError('COL-404', { path })
      if (req.method !== 'POST') {
        res.writeHead(405, { Allow: 'POST' }).end()
        return
      }
      const { authorization, cookie } = req.headers
      const caller = await identify(services, { authorization, cookie })
      const { reader, session } = caller
      language = session?.account.doc.language ?? language
      if (reader === undefined) throw new AppError('ACC-003')
      demandCsrf(caller, [req.headers[CSRF_HEADER]].flat()[0])
      if (!reader.can('import', 'rule', { unitId: ROOT_UNIT })) throw new AppError('ACC-004')
      if (running >= AT_ONCE) throw new AppError('COL-429')
      running++
      try {
        const name = new URL(req.url ?? '/', 'http://localhost').searchParams.get('name') ?? 'imported.yml'
        const { files, ignored } = await services.unpack(await bodyOf(req), name)
        const { docs, clock, rules } = services
        const outcome = await importRules({ docs, clock, reader, rules }, files, ignored)
        sendJson(res, 200, { ...outcome, problems: outcome.problems.map(shown) })
      } finally {
        running--
      }
    } catch (error) {
      // What is left of the body is not waited for.
      if (!req.complete) res.setHeader('Connection', 'close')
      sendError(req, res, error, language)
    }
  }
}

async function bodyOf(req: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  const limit = ARCHIVE_LIMITS.packed
  const tooMuch = () => new AppError('SIG-081', { problem: `more than ${limit >> 20} MiB` })
  if (Number(req.headers['content-length'] ?? 0) > limit) throw tooMuch()
  const parts: Buffer[] = []
  let size = 0
  for await (const part of req as AsyncIterable<Buffer>) {
    size += part.length
    if (size > limit) throw tooMuch()
    parts.push(part)
  }
  const body = new Uint8Array(size)
  let at = 0
  for (const part of parts) {
    body.set(part, at)
    at += part.length
  }
  return body
}

/** A problem with both languages, as GraphQL's `RuleProblem`. */
function shown(p: Problem) {
  return {
    code: p.code,
    message: p.message,
    messageZh: p.details === undefined ? p.message : messageOf(p.code, p.details, 'zh'),
    severity: p.severity,
    file: p.file === undefined ? '' : shownPath(p.file),
    line: p.line,
    column: p.column,
  }
}
