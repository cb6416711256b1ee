import { timingSafeEqual } from 'node:crypto'
import { AppError } from '../core/errors.ts'
import { authenticateKey, readSession } from '../policies/index.ts'
import type { Caller } from './context.ts'
import type { Services } from './services.ts'

export const SESSION_COOKIE = 'suidun_session'
export const CSRF_HEADER = 'x-suidun-csrf'

/** Headers that say who asks. */
export interface Credentials {
  readonly authorization: string | null | undefined
  readonly cookie: string | null | undefined
}

const NOBODY: Caller = { session: undefined, reader: undefined }

/**
 * Who asks, now: the key where one is shown (COL-401 if it is not valid, COL-403 if it may not read), else the session of
 * the cookie, else nobody.
 */
export async function identify(services: Services, credentials: Credentials): Promise<Caller> {
  if (credentials.authorization) {
    const key = await authenticateKey(services, /^Bearer +(\S+)$/i.exec(credentials.authorization)?.[1] ?? '')
    if (key === undefined) throw new AppError('COL-401')
    if (!key.scopes.includes('read')) throw new AppError('COL-403', { scope: 'read' })
    return { session: undefined, reader: await services.policies.reader(key) }
  }
  const cookie = cookieOf(credentials.cookie)
  const session = cookie === undefined ? undefined : await readSession(services, cookie)
  return session === undefined ? NOBODY : { session, reader: await services.policies.reader(session.identity) }
}

/** The value of the session's cookie. */
export function cookieOf(header: string | null | undefined): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [name, value] = part.trim().split('=')
    if (name === SESSION_COOKIE && value) return value
  }
  return undefined
}

/** Whether a request by cookie carries the session's token; one without a session needs none. ACC-007 where it does not. */
export function demandCsrf({ session }: Caller, header: string | null | undefined): void {
  if (session === undefined) return
  const given = Buffer.from(header ?? '')
  const wanted = Buffer.from(session.csrf)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new AppError('ACC-007')
}
