import { accounts, audit, keys, me, setUp, signIn } from './zh/administration.ts'
import { common } from './zh/common.ts'
import { collectors, events, findings, incident, incidents } from './zh/operations.ts'
import { checklist, systems } from './zh/protection.ts'
import { exceptions, importing, problems, rule, ruleFile, rules, runs } from './zh/rules.ts'
import { why } from './zh/why.ts'

/** Every word of the console in Chinese. Its shape is the shape of all languages. */
export const zh = {
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
