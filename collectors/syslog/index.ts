export type { SyslogListener, SyslogListenerOptions } from './openSyslogListener.ts'
export { openSyslogListener } from './openSyslogListener.ts'
