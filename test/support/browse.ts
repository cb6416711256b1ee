/** A browser's part of HTTP for tests: keeps the session's cookie and sends the token with each change. */
export class Visitor {
  readonly #http: string
  #cookie: string | undefined
  #csrf: string | undefined

  constructor(http: string) {
    this.#http = http
  }

  /** Posts JSON; answers status and body (undefined where there is none). */
  async post(path: string, body: object): Promise<{ status: number; body: Record<string, unknown>; cookie: string }> {
    const res = await fetch(`${this.#http}${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(this.#cookie === undefined ? {} : { Cookie: this.#cookie }),
        ...(this.#csrf === undefined ? {} : { 'x-suidun-csrf': this.#csrf }),
      },
      body: JSON.stringify(body),
    })
    const text = await res.text()
    const parsed = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    return { status: res.status, body: parsed, cookie: res.headers.get('set-cookie') ?? '' }
  }

  /** Signs in and goes on as that person; answers the whole Set-Cookie header. */
  async signIn(name: string, password: string): Promise<string> {
    const { status, body, cookie } = await this.post('/auth/sign-in', { name, password })
    if (status !== 200) throw new Error(`sign-in of ${name}: ${status} ${JSON.stringify(body)}`)
    this.#cookie = cookie.split(';')[0]
    this.#csrf = body.csrf as string
    return cookie
  }

  /** Asks GraphQL; fails on errors. */
  async ask<T>(query: string, variables: object = {}): Promise<T> {
    const { body } = await this.post('/graphql', { query, variables })
    if (body.errors !== undefined) throw new Error(`GraphQL: ${JSON.stringify(body.errors)}`)
    return body.data as T
  }
}
