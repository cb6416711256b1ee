import type { Value } from '../core/event.ts'

/** Where a line came from. Set by the listener and its key, never by the payload. */
export interface Origin {
  /** API key id, or the listener's id for syslog. */
  readonly keyId: string
  /** The collector source that counts it: `http:<key id>`, `bulk:<key id>`, `syslog-udp:<address>`, `syslog-tcp:<address>`. */
  readonly sourceId: string
  readonly unitId: string
  readonly systemId: string | null
  /** Milliseconds since 1970 UTC. */
  readonly receivedAt: number
  /** The sender's address, for syslog without a host. */
  readonly address: string
}

/** A line on its way to the spool: parsed and shaped, not yet numbered. `event.id`, `suidun.lane` and `suidun.seq` are the lane's to set. */
export interface Draft {
  readonly ecs: MutableEcs
  readonly rest: Record<string, Value>
  /** Milliseconds since 1970 UTC; the same as `@timestamp`. */
  readonly timestamp: number
  /** Why it could not be parsed (then `event.kind` is `pipeline_error`), else undefined. */
  readonly error: string | undefined
  /** What of a JSON line stands in the event just as it was parsed; undefined where that is not known. */
  readonly whole: WholeMembers | undefined
  /** What the audit records of one event have in common; undefined for anything else. */
  readonly record: string | undefined
}

/** Members of a JSON object's top level that became the event's own, unchanged: their bytes need not be written anew. */
export interface WholeMembers {
  /** How many members the object has. */
  readonly of: number
  readonly members: readonly WholeMember[]
}

export interface WholeMember {
  /** Its name in the object and in the event. */
  readonly name: string
  /** Its place among the object's members, from 0. */
  readonly index: number
  /** Names within it, at any depth. */
  readonly keys: number
  /** Names in it, at the first level: what stands behind them in the event was added. */
  readonly own: number
}

export interface MutableEcs {
  [key: string]: Value | MutableEcs
}

export type Framing = 'json' | 'syslog'

/** Turns one line into a draft. Total: never throws, whatever the line; whatever cannot be parsed keeps its raw line. */
export type Normalise = (line: string, framing: Framing, origin: Origin) => Draft
