export type { Authenticate, MachineKey } from './keyCheck.ts'
export type { HttpListener, HttpListenerOptions } from './openHttpListener.ts'
export { openHttpListener } from './openHttpListener.ts'
export type { TakeFindings } from './takeIn.ts'
