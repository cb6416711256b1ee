import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'
import { type Literals, writeInside, writeRules, writeTexts } from './textTables.ts'

/** What is sought in a field: per text (JSON-escaped bytes, FOLD set) or for its presence, numbers of rules. */
export interface FieldPlan {
  /** The slots of its names, in order: the first that is present counts. */
  readonly slots: readonly number[]
  readonly present: readonly number[]
  readonly terms: Literals
  readonly prefixes: Literals
  readonly suffixes: Literals
  /** Of four bytes and more. */
  readonly inside: Literals
  /** Of two bytes and three. */
  readonly short: Literals
  /** For values beyond ASCII only: rules of their presence, texts inside. */
  readonly beyond: readonly number[]
  readonly insideBeyond: Literals
}

export interface PlanTables {
  /** Which ways of writing call for another text to probe, in fields and for keywords: flags of spans. */
  readonly odd: number
  readonly oddKeywords: number
  readonly always: readonly number[]
  readonly keywords: Literals
  readonly fields: readonly FieldPlan[]
}

/** Writes a plan; its address. */
export function writePlan(
  memory: ScanMemory,
  { odd, oddKeywords, always, keywords, fields }: PlanTables,
  slots: number,
): number {
  const bySlot = new Map<number, number[][]>()
  for (const field of fields) {
    const table = memory.list([
      field.present.length > 0 ? writeRules(memory, field.present) : 0,
      writeTexts(memory, field.terms, 'whole'),
      writeTexts(memory, field.prefixes, 'start'),
      writeTexts(memory, field.suffixes, 'end'),
      writeInside(memory, field.inside, 4),
      writeInside(memory, field.short, 2),
      field.beyond.length > 0 ? writeRules(memory, field.beyond) : 0,
      writeInside(memory, field.insideBeyond, 4),
    ])
    for (const [i, slot] of field.slots.entries()) {
      const entries = bySlot.get(slot) ?? []
      entries.push([table, i, ...field.slots.slice(0, i)])
      bySlot.set(slot, entries)
    }
  }
  const plan = memory.allocate(at.PLAN_SLOTS + slots * 4)
  memory.setWord(plan + at.PLAN_ODD, odd)
  memory.setWord(plan + at.PLAN_ODD_KEYWORDS, keywords.size > 0 ? oddKeywords : 0)
  memory.setWord(plan + at.PLAN_KEYWORDS, writeInside(memory, keywords, 4))
  memory.setWord(plan + at.PLAN_ALWAYS, always.length > 0 ? writeRules(memory, always) : 0)
  for (const [slot, entries] of bySlot) {
    memory.setWord(plan + at.PLAN_SLOTS + slot * 4, memory.list([entries.length, ...entries.flat()]))
  }
  return plan
}
