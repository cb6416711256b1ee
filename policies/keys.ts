import { timingSafeEqual } from 'node:crypto'
import type { Identity, KeyScope, Reader } from '../core/access.ts'
import { sha256hex } from '../core/canonical.ts'
import { AppError } from '../core/errors.ts'
import { type ApiKey, ROOT_UNIT } from '../core/model/index.ts'
import type { Stored } from '../core/ports.ts'
import { entry, type IdentityContext, newId, newSecret, now } from './context.ts'
import { KEY_SCOPES } from './loadRoles.ts'

interface NewKey {
  readonly name: string
  /** The root unit unless told otherwise; what comes in by the key belongs to it. */
  readonly unitId?: string | null | undefined
  readonly systemId?: string | null | undefined
  readonly scopes: readonly string[]
}

/**
 * Creates an API key; `secret` (`sdk_<id>_<random>`) is shown this once and kept as SHA-256. The system, if any, must be
 * of the key's unit or below it. Nobody gives himself by a key what he may not read: ACC-023.
 */
export async function createKey(
  ctx: IdentityContext,
  by: Reader,
  input: NewKey,
): Promise<{ readonly key: Stored<ApiKey>; readonly secret: string }> {
  const { docs } = ctx
  const unitId = input.unitId ?? ROOT_UNIT
  const systemId = input.systemId ?? null
  const name = input.name.normalize('NFC').trim()
  if (name === '' || [...name].length > 64 || /\p{C}/u.test(name)) throw new AppError('ACC-011')
  const scopes = KEY_SCOPES.filter((s) => input.scopes.includes(s))
  const odd = input.scopes.find((s) => !(KEY_SCOPES as readonly string[]).includes(s))
  if (odd !== undefined) throw new AppError('ACC-020', { scope: odd.slice(0, 40), known: KEY_SCOPES.join(', ') })
  if (scopes.length === 0) throw new AppError('ACC-021', { known: KEY_SCOPES.join(', ') })
  if (!by.can('create', 'key', { unitId, systemId })) throw new AppError('ACC-004')
  if ((await docs.get('unit', unitId)) === undefined) throw new AppError('DOC-404', { kind: 'unit', id: unitId })
  if (scopes.includes('read') && !by.can('read', 'event', { suidun: { unit: { id: unitId } } }))
    throw new AppError('ACC-023')
  if (systemId !== null) await checkSystem(ctx, by, systemId, unitId)
  const id = newId(ctx, 'k')
  const secret = `sdk_${id}_${newSecret(ctx)}`
  const { identity } = by
  const doc: ApiKey = {
    kind: 'key',
    id,
    name,
    digest: sha256hex(secret),
    unitId,
    systemId,
    scopes,
    createdAt: now(ctx),
    createdBy: identity.id,
    revokedAt: null,
  }
  const audit = entry(ctx, by, {
    action: 'key.created',
    target: { kind: 'key', id },
    unitId,
    after: { name, scopes, ...(systemId === null ? {} : { systemId }) },
  })
  return { key: await docs.put('key', id, doc, { version: 0, audit }), secret }
}

/** ACC-022 for a system of another unit; to who could make no key there, it is as if there were none (DOC-404). */
async function checkSystem(ctx: IdentityContext, by: Reader, systemId: string, unitId: string): Promise<void> {
  const system = await ctx.docs.get('system', systemId)
  if (system === undefined) throw new AppError('DOC-404', { kind: 'system', id: systemId })
  for (let at: string | null = system.doc.unitId, steps = 0; at !== null && steps < 100; steps++) {
    if (at === unitId) return
    at = (await ctx.docs.get('unit', at))?.doc.parentId ?? null
  }
  if (by.can('create', 'key', { unitId: system.doc.unitId, systemId }))
    throw new AppError('ACC-022', { system: systemId, unit: unitId })
  throw new AppError('DOC-404', { kind: 'system', id: systemId })
}

/** Revokes a key at once; revoking it again changes nothing. */
export async function revokeKey(ctx: IdentityContext, by: Reader, id: string): Promise<Stored<ApiKey>> {
  const stored = await ctx.docs.get('key', id)
  if (stored === undefined || !by.can('read', 'key', stored.doc)) throw new AppError('DOC-404', { kind: 'key', id })
  if (!by.can('revoke', 'key', stored.doc)) throw new AppError('ACC-004')
  if (stored.doc.revokedAt !== null) return stored
  const audit = entry(ctx, by, { action: 'key.revoked', target: { kind: 'key', id }, unitId: stored.doc.unitId })
  return ctx.docs.put('key', id, { ...stored.doc, revokedAt: now(ctx) }, { version: stored.version, audit })
}

/** A key that was shown: who it is, and the system that its data belongs to. */
interface KeyIdentity extends Identity {
  readonly kind: 'key'
  readonly systemId: string | null
}

/** The identity of a key's secret; undefined where it is not one of ours, or revoked. One look-up by id. */
export async function authenticateKey(ctx: IdentityContext, secret: string): Promise<KeyIdentity | undefined> {
  const id = /^sdk_(k[0-9a-f]{20})_[\w-]{43}$/.exec(secret)?.[1]
  if (id === undefined) return undefined
  const key = (await ctx.docs.get('key', id))?.doc
  if (key === undefined || key.revokedAt !== null) return undefined
  if (!timingSafeEqual(Buffer.from(key.digest), Buffer.from(sha256hex(secret)))) return undefined
  const { name, scopes, unitId, systemId } = key
  return { kind: 'key', id, name, role: undefined, scopes: scopes as KeyScope[], unitId, partyId: undefined, systemId }
}
