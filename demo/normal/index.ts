import type { Activity } from '../world.ts'
import { AUDIT } from './audit.ts'
import { HOSTS } from './hosts.ts'
import { WEB } from './web.ts'

/** Everything that goes on in the city when nobody attacks it. It sets off no rule, though something in it comes near each of those that the staged attacks set off. */
export const NORMAL: readonly Activity[] = [...WEB, ...AUDIT, ...HOSTS]
