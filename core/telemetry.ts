/**
 * Everything that the platform tells of itself: a line in the log and a counter, together, one row per happening.
 * Levels by consequence: warn = nothing is lost, look when you can; error = data or service suffers, a person is needed.
 * `app/telemetry.ts` writes and counts them; `docs/operations.md` lists them.
 */
export const HAPPENINGS = {
  started: { level: 'info', text: 'ready' },
  stopped: { level: 'info', text: 'stopped' },
  segment_loaded: { level: 'debug', text: 'segment loaded' },
  line_rejected: { level: 'warn', text: 'a line could not be loaded and was set aside' },
  quarantine_dropped: { level: 'error', text: 'quarantine is full: its oldest lines were dropped' },
  wal_set_aside: {
    level: 'error',
    text: 'the event store had a damaged write-ahead log: set aside, replaying the spool',
  },
  disk_full: { level: 'error', text: 'disk full: intake is paused, nothing acknowledged is lost' },
  disk_back: { level: 'info', text: 'there is room again: intake resumes' },
  load_failed: { level: 'error', text: 'a segment could not be loaded; it is kept and tried again' },
  detect_failed: { level: 'error', text: 'signals could not be written; they are tried again' },
  correlation_set_aside: {
    level: 'error',
    text: 'the state of correlations was damaged: set aside; windows that were open begin anew',
  },
  correlation_not_kept: {
    level: 'error',
    text: 'the state of correlations could not be written; it is tried again, and the spool is kept until then',
  },
  correlation_failed: {
    level: 'error',
    text: 'the correlator stopped unexpectedly and is started again; lanes replay what it had not kept',
  },
  hit_left_out: {
    level: 'error',
    text: 'a match could not be put together with others and was left out: a fault of Suidun, please report it',
  },
  correlation_evicted: { level: 'warn', text: 'groups of correlations had to leave: there are more than is allowed' },
  correlation_late: { level: 'warn', text: 'matches came too late for the windows of their correlations' },
  refused_under_pressure: { level: 'warn', text: 'requests were refused under pressure' },
  rule_refused: { level: 'warn', text: 'a rule does not load' },
  rules_failed: {
    level: 'error',
    text: 'changed rules could not be loaded; the former ones go on running, and it is tried again',
  },
  rule_storming: { level: 'warn', text: 'a rule is over its budget: it opens no further incident this hour' },
  rule_gap: { level: 'warn', text: 'a rule did not run for a while: events of that time can be run through it' },
  run_started: { level: 'info', text: 'a run of rules over stored events began' },
  run_done: { level: 'info', text: 'a run of rules over stored events is done' },
  run_failed: { level: 'error', text: 'a run of rules over stored events failed; start it again' },
  sign_in_refused: { level: 'warn', text: 'a sign-in was refused' },
  check_failed: { level: 'error', text: 'an automatic check could not run' },
  lane_failed: { level: 'error', text: 'a lane stopped unexpectedly and is started again' },
  request_failed: { level: 'error', text: 'a request failed unexpectedly' },
  kernel_dropped: { level: 'error', text: 'the kernel dropped syslog datagrams' },
  audit_broken: { level: 'error', text: 'the audit chain is broken' },
} as const satisfies Record<string, { readonly level: 'debug' | 'info' | 'warn' | 'error'; readonly text: string }>

export type Happening = keyof typeof HAPPENINGS

/** Says that something happened: `count` times (1 unless said), with details that hold no secret. */
export type Tell = (what: Happening, details?: Readonly<Record<string, unknown>>, count?: number) => void
