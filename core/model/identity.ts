import type { KeyScope, Role } from '../access.ts'

/** A person's account. Passwords are argon2id hashes; a set-up link is kept as a digest and used once. */
export interface Account {
  readonly kind: 'account'
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly role: Role
  readonly unitId: string
  readonly partyId: string | null
  readonly passwordHash: string | null
  readonly setup: { readonly digest: string; readonly expires: string } | null
  readonly disabled: boolean
  readonly language: 'zh' | 'en' | null
  /** Failed sign-ins since the last success, and until when it is locked. */
  readonly failures: number
  readonly lockedUntil: string | null
  readonly createdAt: string
}

/** An API key; the secret is shown once and kept as SHA-256. */
export interface ApiKey {
  readonly kind: 'key'
  readonly id: string
  readonly name: string
  readonly digest: string
  readonly unitId: string
  readonly systemId: string | null
  readonly scopes: readonly KeyScope[]
  readonly createdAt: string
  readonly createdBy: string
  readonly revokedAt: string | null
}

export interface Session {
  /** Document id = SHA-256 of the cookie's value. */
  readonly accountId: string
  readonly csrf: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly userAgent: string
}

/** An explicit, expiring permission beside the role: sharing sideways, or data of class 重要 in the clear. */
export interface AccessGrant {
  readonly kind: 'grant'
  readonly accountId: string
  readonly unitId: string
  readonly what: { readonly dataset: string } | { readonly system: string }
  readonly reason: string
  readonly from: string
  readonly until: string
  readonly grantedBy: string
  readonly revokedAt: string | null
}
