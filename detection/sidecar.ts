import { load, YAMLException } from 'js-yaml'
import { z } from 'zod'
import { type Problem, problem } from '../core/errors.ts'

const sample = z
  .strictObject({
    name: z.string().min(1),
    /** Whether the rule must match it or must not. */
    matches: z.boolean(),
    /** An event as it is after normalising. */
    event: z.record(z.string(), z.unknown()).optional(),
    /** Several of them, for a correlation: whether it must fire over them. */
    events: z.array(z.record(z.string(), z.unknown())).min(1).optional(),
    /** A line as it arrives, with its framing; for a correlation as many lines as it takes. */
    raw: z.string().optional(),
    framing: z.enum(['json', 'syslog']).optional(),
  })
  .refine(
    (s) => [s.event, s.events, s.raw].filter((v) => v !== undefined).length === 1,
    'needs "event", "events" or "raw"',
  )
  .refine((s) => (s.raw === undefined) === (s.framing === undefined), '"framing" goes with "raw"')

const SIDECAR = z.strictObject({
  titleZh: z.string().min(1),
  descriptionZh: z.string().min(1),
  /** The field whose value a match is about; else the first present of the usual ones. */
  entity: z.string().min(1).optional(),
  samples: z.array(sample).default([]),
})

/** What Suidun keeps beside a rule, in `<name>.suidun.yaml`: Chinese words, primary entity, samples. */
export type Sidecar = z.infer<typeof SIDECAR>
export type Sample = Sidecar['samples'][number]

/** Ending of sidecars; the rest of the name is the rule file's. */
export const SIDECAR_ENDING = '.suidun.yaml'

/** Reads one sidecar. */
export function readSidecar(text: string, file: string): Sidecar | Problem {
  try {
    const read = SIDECAR.safeParse(load(text))
    if (read.success) return read.data
    const issue = read.error.issues[0]
    const what = `${issue?.path.join('.') || 'file'}: ${issue?.message}`
    return problem('SIG-040', { problem: what }, { file, line: 1, column: 1 })
  } catch (e) {
    if (!(e instanceof YAMLException)) throw e
    const place = { file, line: (e.mark?.line ?? 0) + 1, column: (e.mark?.column ?? 0) + 1 }
    return problem('SIG-040', { problem: e.reason }, place)
  }
}
