import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { AppError } from '../../core/errors.ts'
import { closeSession, readSession, setUp } from '../../policies/index.ts'
import { CSRF_HEADER, cookieOf, demandCsrf, SESSION_COOKIE } from '../identify.ts'
import type { Services } from '../services.ts'
import { type Handler, readJson, sendError, sendJson } from './handler.ts'

const SIGN_IN = z.object({ name: z.string(), password: z.string() })
const SET_UP = z.object({
  token: z.string(),
  password: z.string(),
  name: z.string().nullish(),
  displayName: z.string().nullish(),
})

/**
 * Sign-in, sign-out and the one-time set-up links, below `/auth`. `secure` marks the cookie for TLS only; leave it out
 * only where the console's port speaks plain HTTP.
 */
export function createAuthHandler(services: Services, options: { readonly secure: boolean }): Handler {
  const attributes = `Path=/; HttpOnly; SameSite=Strict${options.secure ? '; Secure' : ''}`

  async function signIn(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { name, password } = fitting(SIGN_IN, await readJson(req))
    const address = req.socket.remoteAddress ?? ''
    const userAgent = req.headers['user-agent'] ?? ''
    try {
      const opened = await services.signIn.signIn({ name, password, address, userAgent })
      const age = Math.max(Math.floor((opened.expires - services.clock()) / 1000), 0)
      const cookie = `${SESSION_COOKIE}=${opened.cookie}; ${attributes}; Max-Age=${age}`
      sendJson(res, 200, { csrf: opened.csrf }, { 'Set-Cookie': cookie })
    } catch (error) {
      if (error instanceof AppError) services.tell('sign_in_refused', { code: error.code, address })
      throw error
    }
  }

  const browser = async (req: IncomingMessage) => {
    const cookie = cookieOf(req.headers.cookie)
    return cookie === undefined ? undefined : readSession(services, cookie)
  }

  async function signOut(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const session = await browser(req)
    demandCsrf({ session, reader: undefined }, header(req))
    if (session !== undefined) await closeSession(services, session)
    res
      .writeHead(204, { 'Set-Cookie': `${SESSION_COOKIE}=; ${attributes}; Max-Age=0`, 'Cache-Control': 'no-store' })
      .end()
  }

  async function useLink(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { token, password, name, displayName } = fitting(SET_UP, await readJson(req))
    const session = await browser(req)
    const input = {
      token,
      password,
      name: name ?? undefined,
      displayName: displayName ?? undefined,
      browser: session?.account.doc,
    }
    sendJson(res, 200, await setUp(services, input))
  }

  const routes: Readonly<Record<string, (req: IncomingMessage, res: ServerResponse) => Promise<void>>> = {
    '/auth/sign-in': signIn,
    '/auth/sign-out': signOut,
    '/auth/set-up': useLink,
  }
  return async (req, res, path) => {
    const route = Object.hasOwn(routes, path) ? routes[path] : undefined
    try {
      if (route === undefined) throw new AppError('COL-404', { path })
      if (req.method === 'POST') await route(req, res)
      else res.writeHead(405, { Allow: 'POST' }).end()
    } catch (error) {
      sendError(req, res, error)
    }
  }
}

function header(req: IncomingMessage): string | undefined {
  const value = req.headers[CSRF_HEADER]
  return Array.isArray(value) ? value[0] : value
}

function fitting<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  throw new AppError('COL-400', { problem: `${issue.path.join('.') || 'body'}: ${issue.message}` })
}
