import type { Command } from '../command.ts'

/** A command, loaded only when it is asked for: what some of them need takes longer to load than others take to run. */
export interface NamedCommand {
  readonly name: string
  load(): Promise<Command>
}

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly NamedCommand[] = [
  { name: 'serve', load: async () => (await import('./serve.ts')).serve },
  { name: 'demo', load: async () => (await import('./demo.ts')).demo },
  { name: 'match', load: async () => (await import('./match.ts')).match },
  { name: 'check', load: async () => (await import('./check.ts')).check },
  { name: 'explain', load: async () => (await import('./explain.ts')).explain },
  { name: 'compile', load: async () => (await import('./compile.ts')).compile },
  { name: 'config', load: async () => (await import('./config.ts')).config },
  { name: 'schema', load: async () => (await import('./schema.ts')).schema },
  { name: 'key create', load: async () => (await import('./keyCreate.ts')).keyCreate },
  { name: 'account create', load: async () => (await import('./accountCreate.ts')).accountCreate },
  { name: 'inventory apply', load: async () => (await import('./inventoryApply.ts')).inventoryApply },
  { name: 'audit verify', load: async () => (await import('./auditVerify.ts')).auditVerify },
]
