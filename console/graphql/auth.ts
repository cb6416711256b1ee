import { settings } from '../session/settings.ts'
import { sessionHeaders } from './csrf.ts'

/** An answer of the sign-in addresses: the body, or a refusal with its code. */
export type AuthAnswer<T> =
  | { readonly ok: true; readonly body: T }
  | {
      readonly ok: false
      readonly code: string
      readonly message: string
      readonly details: Readonly<Record<string, string | number>>
    }

async function post<T>(path: string, body: unknown): Promise<AuthAnswer<T>> {
  let response: Response
  try {
    response = await fetch(path, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', ...sessionHeaders(settings().language) },
      body: JSON.stringify(body),
    })
  } catch {
    return { ok: false, code: 'NET', message: '', details: {} }
  }
  const text = await response.text()
  let parsed: Record<string, unknown> = {}
  try {
    parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  } catch {
    // A body that is no JSON comes from something between us and the server.
  }
  if (response.ok) return { ok: true, body: parsed as T }
  return {
    ok: false,
    code: typeof parsed.code === 'string' ? parsed.code : `HTTP-${response.status}`,
    message: typeof parsed.message === 'string' ? parsed.message : '',
    details: {
      ...(parsed.details as Record<string, string | number> | undefined),
      ...('until' in parsed ? { until: String(parsed.until) } : {}),
    },
  }
}

/** Opens a session; the cookie is the server's, the answer carries the CSRF token. */
export function signIn(name: string, password: string): Promise<AuthAnswer<{ csrf: string }>> {
  return post('/auth/sign-in', { name, password })
}

/** Ends this session. */
export function signOut(): Promise<AuthAnswer<unknown>> {
  return post('/auth/sign-out', {})
}

/** Uses a one-time link to set name and password. */
export function setUpAccount(body: {
  token: string
  password: string
  name: string
  displayName: string
}): Promise<AuthAnswer<{ name: string }>> {
  return post('/auth/set-up', body)
}
