import type { TimelineEntry as Entry } from '../../core/model/index.ts'
import { builder } from './builder.ts'

/** One member of the union `Entry` with all others' fields as absent. */
type Loose = {
  readonly [K in 'text' | 'signalId' | 'ruleTitle' | 'ruleTitleZh' | 'from' | 'reason' | 'runId']?: string | null
}

const loose = (e: Entry): Loose => e as Loose

export const TimelineEntry = builder.objectRef<Entry>('TimelineEntry').implement({
  description: 'One step of an incident’s story (经过).',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', resolve: (e) => e.at }),
    by: t.string({ resolve: (e) => e.by.name }),
    type: t.exposeString('type', { description: 'opened, signal, status, assigned, severity or comment' }),
    text: t.string({ nullable: true, resolve: (e) => loose(e).text }),
    signalId: t.id({ nullable: true, resolve: (e) => loose(e).signalId }),
    ruleTitle: t.string({ nullable: true, resolve: (e) => loose(e).ruleTitle }),
    ruleTitleZh: t.string({ nullable: true, resolve: (e) => loose(e).ruleTitleZh }),
    from: t.string({ nullable: true, resolve: (e) => loose(e).from }),
    to: t.string({
      nullable: true,
      description: 'The new status or severity, or the name of the assignee.',
      resolve: (e) => (e.type === 'assigned' ? e.toName : e.type === 'status' || e.type === 'severity' ? e.to : null),
    }),
    reason: t.string({ nullable: true, resolve: (e) => loose(e).reason }),
    runId: t.id({
      nullable: true,
      description: 'The run over stored events that the signal comes from; null where it was detected live.',
      resolve: (e) => loose(e).runId,
    }),
  }),
})
