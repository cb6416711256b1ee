import { createNormaliser } from '../../collectors/index.ts'
import { createDetector, loadPipelines, loadRules, OWN_PIPELINES } from '../../detection/index.ts'
import { sharedEntities } from '../sharedEntities.ts'
import type { CreateParts } from './messages.ts'

/** Makes what a lane works with: the normaliser and the detector over the rules of the settings. */
export const createParts: CreateParts = ({ estate, rules, zoneOffset }, lane) => ({
  normalise: createNormaliser({ estate, zone: zoneName(zoneOffset) }),
  detector: createDetector({
    rules: loadRules(rules, loadPipelines(OWN_PIPELINES).pipelines).rules,
    lane,
    shared: sharedEntities(estate),
  }),
})

/** Minutes east of UTC as `+08:00`. */
function zoneName(offset: number): string {
  if (offset === 0) return 'UTC'
  const at = Math.abs(offset)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(at / 60))}:${two(at % 60)}`
}
