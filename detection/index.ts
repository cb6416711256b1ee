export { check } from './check.ts'
export { createDetector } from './detector.ts'
export { type ClauseMatch, explainMatch } from './explain.ts'
export { loadLists } from './lists.ts'
export { type LoadedRule, type LoadedRules, loadPipelines, loadRules } from './loadRules.ts'
export { createMatcher, type Matcher } from './match.ts'
export { matchFile } from './matchFile.ts'
export type { Pipelines } from './pipeline.ts'

/** Folders of this checkout with our own rules, the pipelines, and lists for placeholders. */
export const OWN_RULES: string = `${import.meta.dirname}/rules`
export const OWN_LISTS: string = `${import.meta.dirname}/lists`
export const OWN_PIPELINES: string = `${import.meta.dirname}/pipelines`
