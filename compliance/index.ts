export { acceptProposal, type Decision, overrideProposal, setResult } from './assess.ts'
export { type CheckContext, THRESHOLDS, type Thresholds } from './checks/check.ts'
export { hasCheck } from './checks.ts'
export { checklistItems, itemOf } from './framework.ts'
export { type GapOptions, gapCsv } from './gapCsv.ts'
export {
  type ChecklistEntry,
  type DecisionContext,
  isPending,
  openChecklist,
  openChecklists,
  resultId,
} from './results.ts'
export { type RunContext, runAll, runCheck } from './runChecks.ts'
export { type ChecklistSummary, summary } from './summary.ts'
