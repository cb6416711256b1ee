import { accounts, audit, keys, me, setUp, signIn } from './en/administration.ts'
import { common } from './en/common.ts'
import { collectors, events, findings, incident, incidents } from './en/operations.ts'
import { checklist, systems } from './en/protection.ts'
import { exceptions, importing, problems, rule, ruleFile, rules, runs } from './en/rules.ts'
import { why } from './en/why.ts'
import type { Words } from './index.ts'

/** Every word of the console in English; a key that Chinese has and English lacks does not compile. */
export const en: Words = {
  ...common,
  common,
  signIn,
  setUp,
  incidents,
  incident,
  events,
  findings,
  rules,
  rule,
  problems,
  ruleFile,
  importing,
  exceptions,
  runs,
  collectors,
  why,
  systems,
  checklist,
  audit,
  accounts,
  keys,
  me,
}
