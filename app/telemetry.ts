import { pino } from 'pino'
import { Counter, Gauge, Registry } from 'prom-client'
import { HAPPENINGS, type Happening, type Tell } from '../core/telemetry.ts'

export interface Telemetry {
  readonly tell: Tell
  readonly registry: Registry
  /** A gauge that is asked at every scrape. */
  gauge(
    name: string,
    help: string,
    labels: readonly string[],
    collect: () => readonly (readonly [Record<string, string>, number])[],
  ): void
  /** Writes what is still buffered. */
  flush(): void
}

/** The log (JSON lines on stderr) and the counters of one process. */
export function createTelemetry(options: { readonly level: string }): Telemetry {
  const log = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['*.password', '*.secret', '*.token', '*.authorization', 'password', 'secret', 'token', 'authorization'],
    },
    pino.destination({ dest: 2, sync: true }),
  )
  const registry = new Registry()
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE as never)
  const happenings = new Counter({
    name: 'suidun_happenings',
    help: 'Happenings by name, see docs/operations.md',
    labelNames: ['what'],
    registers: [registry],
  })
  return {
    registry,
    tell(what: Happening, details = {}, count = 1) {
      happenings.inc({ what }, count)
      const { level, text } = HAPPENINGS[what]
      log[level]({ what, ...details }, text)
    },
    gauge(name, help, labels, collect) {
      new Gauge({
        name,
        help,
        labelNames: [...labels],
        registers: [registry],
        collect() {
          this.reset()
          for (const [l, v] of collect()) this.set(l, v)
        },
      })
    },
    flush() {
      log.flush()
    },
  }
}
