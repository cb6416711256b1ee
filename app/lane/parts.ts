import { createNormaliser } from '../../collectors/index.ts'
import type { Detector } from '../../core/detector.ts'
import {
  createDetector,
  type LoadedRules,
  loadLists,
  loadPipelines,
  loadRules,
  OWN_PIPELINES,
} from '../../detection/index.ts'
import { sharedEntities } from '../sharedEntities.ts'
import { zoneText } from '../zoneText.ts'
import type { CreateParts } from './messages.ts'

/**
 * A lane's normaliser and detector. Rules are read once per set of folders, and the detector is built anew only when
 * they, those switched off or the shared entities have changed: the estate changes more often than these. (Rules that do
 * not load are told of by the main thread, which loads the same folders.)
 */
export const createParts: CreateParts = remembering()

function remembering(): CreateParts {
  let roots = ''
  let loaded: LoadedRules | undefined
  let asked = ''
  let detector: Detector | undefined
  return (settings, lane) => {
    const { estate, lists = [], off = [] } = settings
    const folders = [...settings.rules, '', ...lists].join('\n')
    if (loaded === undefined || folders !== roots) {
      roots = folders
      loaded = loadRules(settings.rules, loadPipelines(OWN_PIPELINES).pipelines, loadLists(lists).lists)
      detector = undefined
    }
    const shared = sharedEntities(estate)
    const asking = JSON.stringify([off, shared])
    if (detector === undefined || asking !== asked) {
      asked = asking
      const silent = new Set(off)
      const rules = loaded.rules.filter((r) => !silent.has(r.rule.id))
      detector = createDetector({ rules, lane, shared })
    }
    return { normalise: createNormaliser({ estate, zone: zoneText(settings.zoneOffset) }), detector }
  }
}
