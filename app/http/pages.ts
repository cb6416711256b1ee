import { readFileSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { contentSecurityPolicy, newNonce } from './security.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.map': 'application/json',
}
const PACKED = new Set(['.html', '.js', '.css', '.svg', '.json'])
const zip = promisify(gzip)

/**
 * Serves the built console: files below `/assets/` for ever (their names carry a digest), the page itself for every
 * other address, with a fresh nonce.
 */
export function createPages(
  folder: string,
): (req: IncomingMessage, res: ServerResponse, path: string) => Promise<void> {
  const page = readFileSync(resolve(folder, 'index.html'), 'utf8')
  const packed = new Map<string, Buffer>()

  async function file(req: IncomingMessage, res: ServerResponse, path: string): Promise<boolean> {
    const target = resolve(folder, `.${path}`)
    if (!target.startsWith(folder + sep) || !statSync(target, { throwIfNoEntry: false })?.isFile()) return false
    const type = extname(target)
    res.setHeader('Content-Type', TYPES[type] ?? 'application/octet-stream')
    res.setHeader('Cache-Control', path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    if (PACKED.has(type) && /\bgzip\b/.test(String(req.headers['accept-encoding'] ?? ''))) {
      let body = packed.get(target)
      if (body === undefined) {
        body = await zip(await readFile(target))
        packed.set(target, body)
      }
      res.setHeader('Content-Encoding', 'gzip').setHeader('Vary', 'Accept-Encoding')
      res.end(body)
    } else res.end(await readFile(target))
    return true
  }

  return async (req, res, path) => {
    if (req.method !== 'GET' && req.method !== 'HEAD') {
      res.writeHead(405, { Allow: 'GET, HEAD' }).end()
      return
    }
    if (extname(path) !== '' && (await file(req, res, path))) return
    // A page's address may hold dots too (one-time links, ids); a file's is below /assets/ or stands alone.
    if (path.startsWith('/assets/') || (extname(path) !== '' && path.lastIndexOf('/') === 0)) {
      res.writeHead(404, { 'Content-Type': 'text/plain' }).end('not found')
      return
    }
    const nonce = newNonce()
    res.setHeader('Content-Type', TYPES['.html']!)
    res.setHeader('Cache-Control', 'no-store')
    res.setHeader('Content-Security-Policy', contentSecurityPolicy(nonce))
    res.end(page.replaceAll('__NONCE__', nonce))
  }
}
