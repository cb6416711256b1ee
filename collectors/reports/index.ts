export { type ImportAnswer, type ImportOptions, importReport } from './importReport.ts'
export { type Plan, type PlanOptions, planImport } from './planImport.ts'
export { readReport } from './readReport.ts'
export type { Rejected, Report, Reported, Scan } from './reported.ts'
