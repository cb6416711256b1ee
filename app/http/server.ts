import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { isIPv6 } from 'node:net'
import type { Config } from '../../core/config.ts'
import { readTls } from '../readTls.ts'
import type { Telemetry } from '../telemetry.ts'
import { secureHeaders } from './security.ts'

export type Handler = (req: IncomingMessage, res: ServerResponse, path: string) => Promise<void> | void

/** Addresses by their beginning; the longest that fits answers, `/` answers the rest. */
export type Routes = Readonly<Record<string, Handler>>

/** Serves routes over HTTP, or HTTPS where a certificate is configured. */
export function createHttpServer(http: Config['http'], routes: Routes, telemetry: Telemetry): Server {
  const prefixes = Object.keys(routes).sort((a, b) => b.length - a.length)
  const listener: RequestListener = (req, res) => {
    secureHeaders(res, { tls: http.tls !== undefined })
    const path = pathOf(req)
    if (path === undefined) {
      res.writeHead(400).end()
      return
    }
    const prefix = prefixes.find((p) => path === p || p === '/' || path.startsWith(p.endsWith('/') ? p : `${p}/`))
    const handler = prefix === undefined ? undefined : routes[prefix]
    if (handler === undefined) {
      res.writeHead(404).end()
      return
    }
    Promise.resolve()
      .then(() => handler(req, res, path))
      .catch((error: unknown) => {
        telemetry.tell('request_failed', { path, error: String(error instanceof Error ? error.stack : error) })
        if (!res.headersSent) res.writeHead(500, { 'Content-Type': 'text/plain' })
        res.end()
      })
  }
  const options = { requestTimeout: 60_000, headersTimeout: 20_000, maxHeaderSize: 32_768 }
  if (http.tls === undefined) return createServer(options, listener)
  const { certificate, key } = readTls('http', http.tls)
  return createTlsServer({ ...options, cert: certificate, key }, listener)
}

function pathOf(req: IncomingMessage): string | undefined {
  try {
    const path = decodeURIComponent(new URL(req.url ?? '/', 'http://localhost').pathname)
    return path.includes('\0') ? undefined : path
  } catch {
    return undefined
  }
}

/** Listens; answers the address with the port that was really taken. */
export async function listen(
  server: Server,
  at: { readonly host: string; readonly port: number; readonly tls?: object | undefined },
): Promise<string> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(at.port, at.host, () => {
      server.off('error', fail)
      done()
    })
  })
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : at.port
  return `${at.tls === undefined ? 'http' : 'https'}://${isIPv6(at.host) ? `[${at.host}]` : at.host}:${port}`
}
