import type { Activity } from '../world.ts'
import { AUDIT } from './audit.ts'
import { HOSTS } from './hosts.ts'
import { WEB } from './web.ts'

/** Everything that goes on in the city when nobody attacks it. It sets off no rule, though much of it comes near one. */
export const NORMAL: readonly Activity[] = [...WEB, ...AUDIT, ...HOSTS]
