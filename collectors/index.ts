export {
  type Authenticate,
  type HttpListener,
  type MachineKey,
  openHttpListener,
  type TakeFindings,
} from './http/index.ts'
export { createAuditReader } from './intake/auditReader.ts'
export { createNormaliser, type NormaliserOptions } from './normalise/index.ts'
export { PlainLines } from './plain/index.ts'
export { type ImportOptions, importReport, reopenEnded } from './reports/index.ts'
export { openSyslogListener, type SyslogListener } from './syslog/index.ts'
