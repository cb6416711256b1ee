export { cleanName } from './admin/cleanName.ts'
export type { RuleContext } from './admin/context.ts'
export {
  createException,
  endException,
  endOf,
  isActing,
  live,
  type NewException,
  readExceptionQuery,
} from './admin/exceptions.ts'
export { type ImportCounts, importFiles, type NewRuleFile, removeRuleFile } from './admin/importFiles.ts'
export { type ImportedFiles, readManifest } from './admin/manifest.ts'
export { ARCHIVE_LIMITS, type ReadArchive, readArchive } from './admin/readArchive.ts'
export { switchRule } from './admin/switchRule.ts'
export { check } from './check.ts'
export { eventsWithin } from './containers.ts'
export { type CorrelatorOptions, createCorrelator } from './correlate/createCorrelator.ts'
export {
  type DescribeOptions,
  describeCorrelation,
  describeRule,
  type RuleOrigin,
  type RuleView,
  type SampleView,
  shownPath,
} from './describe.ts'
export { createDetector } from './detector.ts'
export { decodeText } from './encoding.ts'
export { entityOfGroup } from './entity.ts'
export { eventsOfText, type TextEvent } from './eventsOfText.ts'
export {
  compileExceptions,
  type ExceptionSetting,
  type ExceptionSettings,
  NO_EXCEPTIONS,
  queryLooksAt,
} from './exceptions.ts'
export { type ClauseMatch, clausesOf } from './explain/clauses.ts'
export { type ExplainOptions, explainCorrelation, explainRule } from './explain/explainRule.ts'
export type { ExplainedFilter, ExplainedMapping, ExplainNode, Explanation } from './explain/types.ts'
export { createLineExaminer } from './lineExaminer.ts'
export { lintCorrelation, lintRule } from './lint.ts'
export { loadLists } from './lists.ts'
export {
  type LoadedCorrelation,
  type LoadedRule,
  type LoadedRules,
  loadingRules,
  loadPipelines,
  loadRules,
} from './loadRules.ts'
export { createMatcher, type Matcher } from './match.ts'
export { matchFile } from './matchFile.ts'
export { LineMatcher } from './matchLines.ts'
export { WINDOW, windowOf } from './occurrence.ts'
export { OWN_LISTS, OWN_PIPELINES, OWN_RULES } from './own.ts'
export type { Pipelines } from './pipeline.ts'
export { RuleBook, type RuleOrders, type RuleSet } from './ruleBook.ts'
export { type FoundFile, PACK_ENDING, type RuleRoot, readRoots } from './ruleFiles.ts'
export { type Coverage, coverageOf, rulesOf } from './runs/coverage.ts'
export { type Filled, type GapInLog, gapsOf } from './runs/gaps.ts'
export { HitTally } from './runs/hitTally.ts'
export { type EventTally, type RunRule, Tally, type TallyOptions } from './runs/tally.ts'
export type { Sample } from './sidecar.ts'
export { timespanText } from './sigma/timespan.ts'
