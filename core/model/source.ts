/** What one source of logs (采集源) has done since this start, for the collectors' page. Counts are of lines. */
export interface SourceCounters {
  /** `http:<key id>`, `bulk:<key id>`, `syslog-udp:<address>`, `syslog-tcp:<address>`. */
  readonly sourceId: string
  readonly received: number
  readonly parsed: number
  /** Stored as `pipeline_error`, or set aside by the event store; `reasons` says why. */
  readonly rejected: number
  /** Durable in the spool. */
  readonly stored: number
  /** Looked at by the rules. */
  readonly detected: number
  /** Lost before they were durable (datagrams under pressure); `reasons` says why. */
  readonly dropped: number
  /** Repeats with an identity of the sender's, acknowledged and not stored again. */
  readonly repeated: number
  /** When the last line came in, milliseconds since 1970 UTC; null = none yet. */
  readonly lastAt: number | null
  /** Reasons of rejection and loss, most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[]
}
