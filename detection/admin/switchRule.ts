import { ROOT_UNIT, type RuleSwitch } from '../../core/model/index.ts'
import type { Stored } from '../../core/ports.ts'
import { by, demandRule, entry, type RuleContext, reasonOf } from './context.ts'

/** Switches a rule on or off, with a reason. One that stands so already is left as it is. */
export async function switchRule(
  ctx: RuleContext,
  { id, title }: { readonly id: string; readonly title: string },
  order: { readonly on: boolean; readonly reason: string },
): Promise<Stored<RuleSwitch> | undefined> {
  demandRule(ctx, 'switch')
  const { on } = order
  const reason = reasonOf(order.reason)
  const stored = await ctx.docs.get('ruleSwitch', id)
  const was = stored?.doc.on ?? true
  if (was === on) return stored
  const at = new Date(ctx.clock()).toISOString()
  const doc: RuleSwitch = { kind: 'ruleSwitch', on, reason, unitId: ROOT_UNIT, at, by: by(ctx) }
  const audit = entry(ctx, at, {
    action: on ? 'rule.switched_on' : 'rule.switched_off',
    target: { kind: 'rule', id },
    unitId: ROOT_UNIT,
    reason,
    before: { title, on: was },
    after: { title, on },
  })
  return ctx.docs.put('ruleSwitch', id, doc, { version: stored?.version ?? 0, audit })
}
