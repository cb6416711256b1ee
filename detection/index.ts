export { type CheckOptions, check } from './check.ts'
export type { CompiledRule } from './compile.ts'
export { createDetector, type DetectorOptions } from './detector.ts'
export { type ClauseMatch, explainMatch } from './explain.ts'
export { lintRule } from './lint.ts'
export { type LoadedRule, type LoadedRules, loadPipelines, loadRules } from './loadRules.ts'
export { createMatcher, type Matcher } from './match.ts'
export { type MatchFileOptions, matchFile } from './matchFile.ts'
export type { Pipelines } from './pipeline.ts'
export type { Sample, Sidecar } from './sidecar.ts'
export type { LogSource, SigmaRule } from './sigma/types.ts'

/** Folders of this checkout with our own rules and the pipelines. */
export const OWN_RULES: string = `${import.meta.dirname}/rules`
export const OWN_PIPELINES: string = `${import.meta.dirname}/pipelines`
