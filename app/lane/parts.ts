import { createNormaliser, PlainLines } from '../../collectors/index.ts'
import type { Detector, LineExaminer } from '../../core/detector.ts'
import type { EstateSnapshot } from '../../core/model/index.ts'
import {
  createDetector,
  createLineExaminer,
  createMatcher,
  type ExceptionSetting,
  type LoadedRule,
  type LoadedRules,
  loadingRules,
  loadLists,
  loadPipelines,
  type Matcher,
  OWN_PIPELINES,
} from '../../detection/index.ts'
import { HIDDEN_IN_EVENTS } from '../../policies/index.ts'
import { sharedEntities } from '../sharedEntities.ts'
import { zoneText } from '../zoneText.ts'
import { inTurns } from './inTurns.ts'
import type { CreateParts, LaneSettings, Parts } from './messages.ts'

/**
 * A lane's normaliser and detector. Rules are read once per set of folders, their matcher is made once per set of rules
 * that run, and the detector is built anew only when something that it asks has changed: the estate changes more often
 * than these. (Rules that do not load are told of by the main thread, which loads the same folders.)
 */
export const createParts: CreateParts = remembering()

function remembering(): CreateParts {
  let roots = ''
  let loaded: LoadedRules | undefined
  let silent = ''
  let running: readonly LoadedRule[] = []
  let matcher: Matcher | undefined
  let lines: LineExaminer | undefined
  let asked = ''
  let detector: Detector | undefined
  let plain: PlainLines | undefined
  function* make(settings: LaneSettings, lane: number): Generator<void, Parts> {
    const { estate, lists = [], off = [], exceptions = [] } = settings
    const folders = [...settings.rules, '', ...lists].join('\n')
    if (loaded === undefined || folders !== roots) {
      loaded = yield* loadingRules(settings.rules, loadPipelines(OWN_PIPELINES).pipelines, loadLists(lists).lists)
      roots = folders
      matcher = undefined
    }
    if (matcher === undefined || off.join('\n') !== silent) {
      const next = loaded.rules.filter((r) => !off.includes(r.rule.id))
      const ofEvents = createMatcher(next)
      yield
      lines = createLineExaminer(next)
      matcher = ofEvents
      running = next
      silent = off.join('\n')
      detector = undefined
      yield
    }
    const shared = sharedEntities(estate)
    const excepted = exceptionsOf(exceptions, estate)
    const asking = JSON.stringify([shared, excepted])
    if (detector === undefined || asking !== asked) {
      asked = asking
      const correlations = loaded.correlations.filter((c) => !off.includes(c.correlation.id))
      detector = createDetector({ rules: running, correlations, matcher, lines, lane, shared, exceptions: excepted })
    }
    if (plain === undefined) plain = new PlainLines(estate)
    else plain.use(estate)
    return {
      normalise: createNormaliser({ estate, zone: zoneText(settings.zoneOffset) }),
      plain,
      detector,
    }
  }
  return (settings, lane) => inTurns(make(settings, lane))
}

function exceptionsOf(exceptions: readonly ExceptionSetting[], estate: EstateSnapshot) {
  const openDatasets = estate.datasets.filter((d) => d.dataClass === 'general').map((d) => d.id)
  return { exceptions, hidden: HIDDEN_IN_EVENTS, openDatasets }
}
