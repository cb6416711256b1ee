import { AppError } from '../../core/errors.ts'
import { identityOf } from '../../policies/index.ts'
import { assignIncident, commentIncident, findIncident, transitionIncident } from '../../response/index.ts'
import { type ApiContext, readerOf } from '../context.ts'
import { builder } from './builder.ts'
import { IncidentStatusEnum } from './enums.ts'
import { answer, ERROR_TYPES, typeOfAnswer } from './errors.ts'
import { Incident, type IncidentRow } from './incident.ts'

const IncidentResult = builder.unionType('IncidentResult', {
  types: [Incident, ...ERROR_TYPES],
  resolveType: typeOfAnswer('Incident') as never,
})

const actionContext = (ctx: ApiContext) => ({
  docs: ctx.services.docs,
  clock: ctx.services.clock,
  reader: readerOf(ctx),
})

/** Makes a change, tells those who listen, and answers the incident as its reader may see it. */
function change(ctx: ApiContext, number: string, make: () => Promise<unknown>) {
  return answer(ctx, async (): Promise<IncidentRow> => {
    await make()
    ctx.services.hub.publish({ kind: 'changed', number })
    const row = await ctx.load.incident(number)
    if (row === undefined) throw new AppError('DOC-404', { kind: 'incident', id: number })
    return row
  })
}

/** The person to give an incident to; INC-402 where his policy would not let him handle it. */
async function handler(ctx: ApiContext, number: string, accountId: string) {
  const { docs, policies } = ctx.services
  const [incident, account] = await Promise.all([
    findIncident(actionContext(ctx), number),
    docs.get('account', accountId),
  ])
  if (incident === undefined) throw new AppError('DOC-404', { kind: 'incident', id: number })
  // Before anything is said of the account: who may give nothing away does not learn whom there is.
  if (!readerOf(ctx).can('assign', 'incident', incident.doc)) throw new AppError('ACC-004')
  const usable = account !== undefined && !account.doc.disabled && account.doc.passwordHash !== null
  const his = usable ? await policies.reader(identityOf(account.doc)) : undefined
  if (account === undefined || his?.can('transition', 'incident', incident.doc) !== true) throw new AppError('INC-402')
  return { id: account.id, name: account.doc.displayName }
}

builder.mutationFields((t) => ({
  transitionIncident: t.field({
    type: IncidentResult,
    args: {
      number: t.arg.string({ required: true }),
      to: t.arg({ type: IncidentStatusEnum, required: true }),
      reason: t.arg.string(),
      version: t.arg.int({ required: true }),
    },
    resolve: (_, { number, to, reason, version }, ctx) =>
      change(ctx, number, () =>
        transitionIncident(actionContext(ctx), number, to, { version, ...(reason == null ? {} : { reason }) }),
      ) as never,
  }),
  assignIncident: t.field({
    type: IncidentResult,
    description: 'Gives it to a person who can handle it; null gives it to nobody.',
    args: {
      number: t.arg.string({ required: true }),
      accountId: t.arg.id(),
      version: t.arg.int({ required: true }),
    },
    resolve: (_, { number, accountId, version }, ctx) =>
      change(ctx, number, async () => {
        const to = accountId == null ? null : await handler(ctx, number, accountId)
        return assignIncident(actionContext(ctx), number, to, { version })
      }) as never,
  }),
  commentIncident: t.field({
    type: IncidentResult,
    args: { number: t.arg.string({ required: true }), text: t.arg.string({ required: true }) },
    resolve: (_, { number, text }, ctx) =>
      change(ctx, number, () => commentIncident(actionContext(ctx), number, text)) as never,
  }),
}))
