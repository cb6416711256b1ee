import type { AuditEntry as AuditModel } from '../../core/model/index.ts'
import { allowed } from '../context.ts'
import type { Row } from '../loaders.ts'
import { builder } from './builder.ts'
import { connectionOf, pageCost, pageOf } from './connection.ts'
import { searchFilter } from './search.ts'

const AuditEntry = builder.objectRef<Row<AuditModel>>('AuditEntry').implement({
  description: 'Who did what; chained to the entry before it.',
  fields: (t) => ({
    id: t.exposeID('id'),
    seq: t.int({ resolve: (e) => e.doc.seq }),
    at: t.field({ type: 'DateTime', resolve: (e) => e.doc.at }),
    actor: t.string({ resolve: (e) => e.doc.actor.name }),
    action: t.string({ resolve: (e) => e.doc.action }),
    targetKind: t.string({ resolve: (e) => e.doc.target.kind }),
    targetId: t.string({ resolve: (e) => e.doc.target.id }),
    unitId: t.id({ resolve: (e) => e.doc.unitId }),
    reason: t.string({ nullable: true, resolve: (e) => e.doc.reason }),
    before: t.field({ type: 'JSON', nullable: true, resolve: (e) => e.doc.before }),
    after: t.field({ type: 'JSON', nullable: true, resolve: (e) => e.doc.after }),
    prev: t.string({ resolve: (e) => e.doc.prev }),
    hash: t.string({ resolve: (e) => e.doc.hash }),
    algorithm: t.string({ resolve: (e) => e.doc.algorithm }),
  }),
})

const AuditConnection = connectionOf('Audit', AuditEntry)

interface Verification {
  readonly entries: number
  readonly broken: { readonly seq: number; readonly why: string } | undefined
  readonly at: number
}

const AuditVerification = builder.objectRef<Verification>('AuditVerification').implement({
  fields: (t) => ({
    entries: t.exposeInt('entries'),
    brokenSeq: t.int({ nullable: true, resolve: (v) => v.broken?.seq }),
    brokenWhy: t.string({ nullable: true, resolve: (v) => v.broken?.why }),
    at: t.field({ type: 'DateTime', resolve: (v) => v.at }),
    selfAttested: t.boolean({
      description: 'True where no checkpoint lies outside the platform’s reach.',
      resolve: () => true,
    }),
  }),
})

const NAMES = { actor: 'actor.name', targetKind: 'target.kind', targetId: 'target.id', 'unit.id': 'unitId' }

builder.queryFields((t) => ({
  audit: t.field({
    type: AuditConnection,
    description: 'Newest first.',
    args: { query: t.arg.string(), first: t.arg.int({ defaultValue: 50 }), after: t.arg.string() },
    complexity: pageCost,
    resolve: (_, args, ctx) =>
      pageOf(ctx, 'audit', args, { filter: searchFilter(ctx, args.query, NAMES), sort: [['seq', 'desc']] }),
  }),
  auditVerification: t.field({
    type: AuditVerification,
    description: 'Walks the whole chain now.',
    complexity: 10_000,
    resolve: async (_, __, ctx): Promise<Verification> => {
      allowed(ctx, 'audit')
      const { entries, broken } = await ctx.services.docs.verifyAudit()
      if (broken !== undefined) ctx.services.tell('audit_broken', { seq: broken.seq, why: broken.why })
      return { entries, broken, at: ctx.services.clock() }
    },
  }),
}))
