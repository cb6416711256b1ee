import type { RuleFile as RuleFileModel } from '../../core/model/index.ts'
import { readManifest } from '../../detection/index.ts'
import { allowed } from '../context.ts'
import { builder } from './builder.ts'

const RuleFile = builder.objectRef<RuleFileModel>('RuleFile').implement({
  description: 'A file of rules that people imported, as it counts now.',
  fields: (t) => ({
    name: t.exposeString('name'),
    text: t.exposeString('text'),
    at: t.field({ type: 'DateTime', description: 'When this text came in.', resolve: (f) => f.at }),
    by: t.string({ resolve: (f) => f.by.name }),
  }),
})

builder.queryField('ruleFile', (t) =>
  t.field({
    type: RuleFile,
    nullable: true,
    description: 'An imported file by its name, also one whose rules are refused; null for any other file.',
    args: { name: t.arg.string({ required: true }) },
    resolve: async (_, { name }, ctx) => {
      allowed(ctx, 'rule')
      const { docs } = ctx.services
      const { files } = await readManifest(docs)
      const known = Object.hasOwn(files, name) ? files[name] : undefined
      return known === undefined ? null : (await docs.get('ruleFile', known.id))?.doc
    },
  }),
)
