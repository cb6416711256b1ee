import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { AppError } from '../../core/errors.ts'
import type { Tell } from '../../core/telemetry.ts'
import { answerError, answerJson, type Dialect, PRODUCT } from './answers.ts'
import { handshake } from './handshake.ts'
import { type Authenticate, createKeyCheck } from './keyCheck.ts'
import { drain } from './readBody.ts'
import { type TakeInOptions, takeBulk, takeFindings, takeLines } from './takeIn.ts'

export interface HttpListenerOptions extends TakeInOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** PEM texts. */
  readonly tls?: { readonly certificate: string; readonly key: string }
  readonly authenticate: Authenticate
  /** Shown to shippers as the cluster's id; stays the same. */
  readonly clusterId: string
  readonly tell: Tell
}

export interface HttpListener {
  readonly host: string
  readonly port: number
  /** Takes no more requests, answers those under way (some seconds at most), then closes. */
  close(): Promise<void>
}

/** Most connections at once; further ones are not accepted. */
const MAX_CONNECTIONS = 4_000
const BULK = /^(?:\/([^/_][^/]*)(?:\/[^/]+)?)?\/_bulk$/
/** Requests under way get so long, milliseconds, when the listener closes: longer than any answer is held back. */
const CLOSING = 6_000
/** A full disk is answered so late, milliseconds, that senders do not run in circles. */
const DISK_FULL_PAUSE = 1_000

/** Opens the machines' entrance: `POST /ingest`, `POST /findings`, and what log shippers expect of Elasticsearch. */
export async function openHttpListener(options: HttpListenerOptions): Promise<HttpListener> {
  const check = createKeyCheck(options.authenticate, options.clock)
  const limits = {
    headersTimeout: 15_000,
    requestTimeout: 120_000,
    keepAliveTimeout: 75_000,
    connectionsCheckingInterval: 5_000,
    maxHeaderSize: 16 << 10,
    noDelay: true,
  }
  const { tls } = options
  const server: Server =
    tls === undefined ? createServer(limits) : createSecureServer({ ...limits, cert: tls.certificate, key: tls.key })
  server.maxConnections = MAX_CONNECTIONS
  let closing = false

  async function handle(request: IncomingMessage, response: ServerResponse, expects: boolean): Promise<void> {
    if (closing) response.shouldKeepAlive = false
    const { path, query } = addressOf(request)
    const dialect: Dialect = path === '/ingest' || path === '/findings' ? 'own' : 'elastic'
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    let held = expects
    const goOn = () => {
      if (held) response.writeContinue()
      held = false
    }
    try {
      const key = await check(request.headers.authorization)
      const a = { request, response, key, query, goOn }
      const bulk = request.method === 'POST' || request.method === 'PUT' ? BULK.exec(path) : null
      if (bulk !== null) await takeBulk(a, indexOf(bulk[1]), options)
      else if (path === '/ingest' && request.method === 'POST') await takeLines(a, options)
      else if (path === '/findings' && request.method === 'POST') await takeFindings(a, options)
      else {
        const answer = handshake(request, path, options.clusterId)
        if (answer === undefined) throw new AppError('COL-404', { path: `${request.method} ${path}` })
        goOn()
        drain(request)
        const text = typeof answer.body === 'string'
        const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
        answerJson(request, response, answer.status, body, text ? { 'Content-Type': 'text/plain; charset=UTF-8' } : {})
      }
    } catch (e) {
      // A sender that was not told to go on will not send its body: nothing to wait for, and no way to go on with.
      if (held) response.shouldKeepAlive = false
      await refuse(request, response, dialect, e, path, held)
    }
  }

  async function refuse(
    request: IncomingMessage,
    response: ServerResponse,
    dialect: Dialect,
    error: unknown,
    path: string,
    held: boolean,
  ): Promise<void> {
    const code = error instanceof AppError ? error.code : undefined
    const pressed = code === undefined || code === 'COL-429' || code === 'STO-507' || code === 'STO-500'
    if (code === undefined) options.tell('request_failed', { path, problem: String((error as Error)?.stack ?? error) })
    if (code === 'STO-500') options.tell('request_failed', { path, problem: (error as Error).message })
    if (code === 'COL-429' || code === 'STO-507') options.tell('refused_under_pressure', { code, path })
    if (code === 'STO-507') await new Promise((resolve) => setTimeout(resolve, DISK_FULL_PAUSE))
    if (!held) drain(request)
    const answer = () => answerError(request, response, dialect, error, placeOf(code, path))
    if (!pressed) answer()
    // rsyslog loses a batch that is refused in words; silence makes it try again.
    else if (dialect === 'elastic' && request.headers['user-agent'] === undefined)
      whenRead(request, held, () => request.socket.destroy())
    else whenRead(request, held, answer)
  }

  server.on('request', (q, s) => void handle(q, s, false))
  server.on('checkContinue', (q, s) => void handle(q, s, true))
  server.on('clientError', (e: NodeJS.ErrnoException, socket: Socket) => answerGarbage(e, socket))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { address, port } = server.address() as AddressInfo
  return {
    host: address,
    port,
    async close() {
      closing = true
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeIdleConnections()
      const idle = setInterval(() => server.closeIdleConnections(), 100)
      // What still has no answer then waits for the rest of its body; nothing of it was acknowledged.
      const last = setTimeout(() => server.closeAllConnections(), CLOSING)
      await closed
      clearInterval(idle)
      clearTimeout(last)
    },
  }
}

function addressOf(request: IncomingMessage): { path: string; query: URLSearchParams } {
  const url = request.url ?? '/'
  const mark = url.indexOf('?')
  let end = mark < 0 ? url.length : mark
  while (end > 1 && url[end - 1] === '/') end--
  return { path: url.slice(0, end), query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)) }
}

function indexOf(encoded: string | undefined): string | undefined {
  try {
    return encoded === undefined ? undefined : decodeURIComponent(encoded)
  } catch {
    throw new AppError('COL-400', { problem: 'the index in the address is not well encoded' })
  }
}

function placeOf(code: string | undefined, path: string): string {
  switch (code) {
    case 'COL-401':
    case 'COL-403':
      return 'header Authorization'
    case 'COL-404':
      return path
    default:
      return 'body'
  }
}

/** Once the body has been read (and dropped), where one is coming. */
function whenRead(request: IncomingMessage, held: boolean, then: () => void): void {
  if (request.complete || held) then()
  else request.once('end', then)
}

/** What is no HTTP at all, or too slow. */
function answerGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const status =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? '408 Request Timeout'
        : '400 Bad Request'
  const product = Object.entries(PRODUCT).map(([k, v]) => `${k}: ${v}`)
  socket.end(`HTTP/1.1 ${status}\r\n${product}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}
