import type { KeyScope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports.ts'
import { secretsOf } from './credentials.ts'

/** What a key stands for; events that come by it belong to its unit and system. */
export interface MachineKey {
  readonly id: string
  readonly unitId: string
  readonly systemId: string | null
  readonly scopes: readonly KeyScope[]
}

/** Finds the key of a secret; undefined if there is none or it was revoked. */
export type Authenticate = (secret: string) => Promise<MachineKey | undefined>

/** An answer is good for so long, milliseconds: a revoked key stops within a second. */
const GOOD_FOR = 1_000
const MOST = 10_000
/** Longer headers are no keys of ours and not remembered. */
const LONGEST = 1_000

/** Checks the Authorization header of a request: COL-401 for no key that counts. */
export function createKeyCheck(authenticate: Authenticate, clock: Clock): (header?: string) => Promise<MachineKey> {
  const known = new Map<string, { readonly until: number; readonly key: MachineKey | undefined }>()
  return async (header) => {
    const now = clock()
    const cached = header === undefined ? undefined : known.get(header)
    if (cached !== undefined && now < cached.until) return found(cached.key)
    let key: MachineKey | undefined
    for (const secret of secretsOf(header)) {
      key = await authenticate(secret)
      if (key !== undefined) break
    }
    if (known.size >= MOST) known.clear()
    if (header !== undefined && header.length <= LONGEST) known.set(header, { until: now + GOOD_FOR, key })
    return found(key)
  }
}

function found(key: MachineKey | undefined): MachineKey {
  if (key === undefined) throw new AppError('COL-401')
  return key
}
