import { expect } from 'vitest'
import type { Problem } from '../../core/errors.ts'
import { evaluate } from '../../core/evaluate.ts'
import type { Filter } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'
import { readDocuments } from '../../detection/sigma/document.ts'
import { type Lists, NO_LISTS } from '../../detection/sigma/expand.ts'
import { readDocument } from '../../detection/sigma/readDocument.ts'
import type { SigmaRule } from '../../detection/sigma/types.ts'

const HEAD = 'title: t\nid: x\nlevel: low\nlogsource:\n  category: c\n'

interface ReadResult {
  /** `undefined` if any problem is an error, or it is no rule. */
  readonly rule: SigmaRule | undefined
  readonly problems: readonly Problem[]
}

/** Reads the first document of a rule's text. */
export function readRuleText(text: string, lists: Lists = NO_LISTS): ReadResult {
  const document = readDocuments(text, 'r.yml')[0]!
  if ('code' in document) return { rule: undefined, problems: [document] }
  const { value, problems } = readDocument(document, 'r.yml', lists)
  return { rule: value?.kind === 'rule' ? value.rule : undefined, problems }
}

/** A rule of which only the detection matters; its first line is the seventh. */
export function readDetection(detection: string, lists?: Lists): ReadResult {
  return readRuleText(`${HEAD}detection:\n${detection.replace(/^/gm, '  ')}`, lists)
}

/** A rule with this map under `detection`. */
export function ruleOfMap(detection: Readonly<Record<string, unknown>>, lists: Lists): SigmaRule {
  // JSON is YAML.
  const { rule, problems } = readRuleText(`${HEAD}detection: ${JSON.stringify(detection)}\n`, lists)
  expect(problems.filter((p) => p.severity === 'error')).toEqual([])
  return rule!
}

/** What the map under `detection` asks, without any mapping. */
export function filterOfMap(detection: Readonly<Record<string, unknown>>, lists: Lists): Filter {
  return compileRule(ruleOfMap(detection, lists), NO_PIPELINES).filter
}

/** What a detection asks, without any mapping. */
export function filterOf(detection: string, lists?: Lists): Filter {
  const { rule, problems } = readDetection(detection, lists)
  expect(problems.filter((p) => p.severity === 'error')).toEqual([])
  return compileRule(rule!, NO_PIPELINES).filter
}

export function matches(detection: string, event: object, lists?: Lists): boolean {
  return evaluate(filterOf(detection, lists), viewOfJson(event))
}

/** Whether a single item (`Field|modifiers: value`) matches an event. */
export function itemMatches(item: string, event: object, lists?: Lists): boolean {
  return matches(`s:\n  ${item}\ncondition: s`, event, lists)
}

/** Code, line and column of every error of a detection. */
export function errorsOf(detection: string, lists?: Lists): (string | number)[][] {
  const { problems } = readDetection(detection, lists)
  return problems.filter((p) => p.severity === 'error').map((p) => [p.code, p.line, p.column])
}

/** Code of the first error of a single item. */
export function itemError(item: string, lists?: Lists): string | number | undefined {
  return errorsOf(`s:\n  ${item}\ncondition: s`, lists)[0]?.[0]
}
