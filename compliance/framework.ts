import { z } from 'zod'
import type { Item, System } from '../core/model/index.ts'
import level3 from './frameworks/gbt22239-2019-l3.json' with { type: 'json' }

const frameworkFile = z.object({
  id: z.string(),
  standard: z.string(),
  level: z.int(),
  items: z.array(
    z.object({
      id: z.string(),
      part: z.enum(['general', 'cloud']),
      categoryZh: z.string(),
      categoryEn: z.string(),
      controlPointZh: z.string(),
      controlPointEn: z.string(),
      statementZh: z.string(),
      statementEn: z.string(),
      confidence: z.enum(['high', 'medium', 'low', 'memory']),
    }),
  ),
  duties: z.array(z.object({ id: z.string(), metric: z.string(), value: z.unknown(), confirmed: z.string() })),
})

/** Frameworks by protection level; a level without one has no checklist yet. */
const FRAMEWORKS = new Map([level3].map((file) => frameworkFile.parse(file)).map((f) => [f.level, f]))

const ITEMS: ReadonlyMap<number, readonly Item[]> = new Map(
  [...FRAMEWORKS].map(([level, f]) => [level, f.items.map((i): Item => ({ ...i, level }))]),
)

/** The items that apply to a system, in the order of the standard: the general part, and the cloud part for a cloud system. */
export function checklistItems(system: Pick<System, 'level' | 'cloud'>): readonly Item[] {
  return (ITEMS.get(system.level) ?? []).filter((i) => i.part === 'general' || system.cloud)
}

/** The item of that id if it applies to the system. */
export function itemOf(system: Pick<System, 'level' | 'cloud'>, itemId: string): Item | undefined {
  return checklistItems(system).find((i) => i.id === itemId)
}

/** Months that logs must be kept, the strictest duty of the framework of that level. */
export function retentionMonths(level: number): number {
  const duties = FRAMEWORKS.get(level)?.duties ?? FRAMEWORKS.get(3)!.duties
  return Math.max(...duties.filter((d) => d.metric === 'log_retention_months').map((d) => z.number().parse(d.value)))
}
