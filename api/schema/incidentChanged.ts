import type { Reader } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import { type ApiContext, allowed, renew } from '../context.ts'
import type { IncidentNews } from '../incidentHub.ts'
import { builder } from './builder.ts'
import { Incident, type IncidentRow } from './incident.ts'

interface Change {
  readonly kind: IncidentNews['kind']
  readonly incident: IncidentRow
}

const IncidentChange = builder.objectRef<Change>('IncidentChange').implement({
  fields: (t) => ({
    kind: t.exposeString('kind', { description: 'opened or changed' }),
    incident: t.field({ type: Incident, resolve: (c) => c.incident }),
  }),
})

/** A reader's policy is asked anew for every change and each time that he listens: so many times are enough for tabs. */
const MOST_PER_READER = 20

/** Changes that the subscriber may see, his policy asked anew each time; ends when he may see nothing any more. */
async function* changesFor(ctx: ApiContext, { identity }: Reader): AsyncGenerator<Change> {
  for await (const news of ctx.services.hub.listen(identity.id, ctx.signal)) {
    if (!(await renew(ctx)) || ctx.reader?.can('read', 'incident') !== true) return
    const { load } = ctx
    const rows = await Promise.all(news.map((n) => load.incident(n.number)))
    for (const [i, incident] of rows.entries()) {
      if (incident !== undefined) yield { kind: news[i]!.kind, incident }
    }
  }
}

builder.subscriptionField('incidentChanged', (t) =>
  t.field({
    type: IncidentChange,
    description: 'Incidents in the reader’s scope that are opened or changed from now on.',
    subscribe: (_, __, ctx) => {
      const reader = allowed(ctx, 'incident')
      if (ctx.services.hub.listeningOf(reader.identity.id) >= MOST_PER_READER)
        throw new AppError('QRY-303', { problem: `more than ${MOST_PER_READER} subscriptions of one reader at once` })
      return changesFor(ctx, reader)
    },
    resolve: (change) => change,
  }),
)
