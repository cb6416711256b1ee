export { type ImportAnswer, type ImportOptions, importReport } from './import-report.ts'
export { type Plan, type PlanOptions, planImport } from './plan-import.ts'
export { readReport } from './read-report.ts'
export type { Rejected, Report, Reported, Scan } from './reported.ts'
