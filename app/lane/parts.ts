import { createNormaliser } from '../../collectors/index.ts'
import type { Detector } from '../../core/detector.ts'
import {
  createDetector,
  type LoadedRule,
  loadLists,
  loadPipelines,
  loadRules,
  OWN_PIPELINES,
} from '../../detection/index.ts'
import { sharedEntities } from '../sharedEntities.ts'
import type { CreateParts } from './messages.ts'

/**
 * A lane's normaliser and detector. Rules are read once per set of folders, and the detector is built anew only when
 * they or the shared entities have changed: the estate changes more often than these. (Rules that do not load are told
 * of by the main thread, which loads the same folders.)
 */
export const createParts: CreateParts = remembering()

function remembering(): CreateParts {
  let roots = ''
  let rules: readonly LoadedRule[] = []
  let sharedNow = ''
  let detector: Detector | undefined
  return (settings, lane) => {
    const { estate, lists = [] } = settings
    const folders = [...settings.rules, '', ...lists].join('\n')
    const shared = sharedEntities(estate)
    if (detector === undefined || folders !== roots) {
      roots = folders
      rules = loadRules(settings.rules, loadPipelines(OWN_PIPELINES).pipelines, loadLists(lists).lists).rules
      detector = undefined
    }
    if (detector === undefined || shared.join('\n') !== sharedNow) {
      sharedNow = shared.join('\n')
      detector = createDetector({ rules, lane, shared })
    }
    return { normalise: createNormaliser({ estate, zone: zoneText(settings.zoneOffset) }), detector }
  }
}

/** `+08:00` for 480. */
function zoneText(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const m = Math.abs(minutes)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(m / 60))}:${two(m % 60)}`
}
