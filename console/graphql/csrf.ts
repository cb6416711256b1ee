let token: string | undefined

/** The session's token that every change must carry; known after sign-in or from `me`. */
export function setCsrf(value: string | undefined): void {
  token = value
}

/** Headers of a request of this session. */
export function sessionHeaders(language: string): Record<string, string> {
  return { 'accept-language': language, ...(token === undefined ? {} : { 'x-suidun-csrf': token }) }
}
