import type { RuleName } from './rules.ts'

/**
 * How a line travels: a datagram; a TCP stream of syslog with line feeds, or with octet counting; `POST /ingest` NDJSON; an
 * Elasticsearch bulk request.
 */
export type Channel = 'syslog-udp' | 'syslog-tcp' | 'syslog-tcp-octets' | 'ingest' | 'bulk'

/** What a line of an attack is meant to set off: a rule (by the name of its file) and the entity it is counted for. */
export interface Intent {
  readonly rule: RuleName
  readonly entity: string
}

/** One line of the demo, ready to be sent. */
export interface DemoLine {
  /** When it happened, milliseconds since 1970 UTC. */
  readonly time: number
  readonly channel: Channel
  /** By whose key it goes (`ingest`, `bulk`); syslog goes to the listener, and the inventory finds the system. */
  readonly unitId: string
  readonly systemId: string
  /** What to write: a datagram, a frame, a line with its line feed, or a bulk action and its document. */
  readonly bytes: Buffer
  /** Empty for normal traffic. */
  readonly intents: readonly Intent[]
}

/** A line that a program of a host writes to its log, and what a shipper that reads it would make of it. */
export interface HostRecord {
  readonly program: string
  readonly pid: number
  /** Facility times eight plus severity. */
  readonly priority: number
  readonly message: string
  readonly dataset: 'system.auth' | 'system.syslog'
  /** ECS fields beyond time, host, program and message. */
  readonly ecs: Tree
}

/** A request that a web server answered. */
export interface Hit {
  readonly ip: string
  readonly method: 'GET' | 'POST' | 'HEAD' | 'PUT'
  /** Path and query as asked for. */
  readonly target: string
  readonly status: number
  readonly bytes: number
  readonly agent: string
  readonly referrer?: string
}

/** An entry of an application's audit log. */
export interface AuditRecord {
  readonly user: string
  readonly action: string
  readonly object: string
  readonly objectType: string
  readonly ok: boolean
  readonly ip: string
  readonly count?: number
  readonly detail: string
}

export interface Tree {
  readonly [key: string]: string | number | boolean | readonly string[] | Tree
}
