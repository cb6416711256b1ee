import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'

/** Headers of every answer of the console's port. */
export function secureHeaders(res: ServerResponse, options: { readonly tls: boolean }): void {
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('Referrer-Policy', 'no-referrer')
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  res.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
  if (options.tls) res.setHeader('Strict-Transport-Security', 'max-age=31536000')
}

/** A value that only this answer's page knows; styles made at run time carry it. */
export function newNonce(): string {
  return randomBytes(18).toString('base64')
}

/** The policy of a page: nothing from elsewhere, no inline script, styles by nonce. */
export function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
