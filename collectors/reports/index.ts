export { type ImportOptions, importReport } from './importReport.ts'
export { readReport } from './readReport.ts'
export { reopenEnded } from './reopenEnded.ts'
export type { Scan } from './reported.ts'
