export { type ImportOptions, importReport } from './importReport.ts'
export { readReport } from './readReport.ts'
export type { Scan } from './reported.ts'
