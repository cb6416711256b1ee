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

/** Addresses of what was written, by its content: plans have most of their tables in common. */
export type Written = Map<string, number>

/** Writes a plan, its tables where `written` does not have them; its address. */
export function writePlan(
  memory: ScanMemory,
  { odd, oddKeywords, always, keywords, fields }: PlanTables,
  slots: number,
  written: Written,
): number {
  const once = (kind: string, literals: Literals, write: () => number): number => {
    if (literals.size === 0) return 0
    let key = kind
    for (const [literal, rules] of literals) key += `\n${literal}\n${rules}`
    const known = written.get(key)
    if (known !== undefined) return known
    const address = write()
    written.set(key, address)
    return address
  }
  const texts = (literals: Literals, kind: 'whole' | 'start' | 'end') =>
    once(kind, literals, () => writeTexts(memory, literals, kind))
  const inside = (literals: Literals, width: 2 | 4) =>
    once(`inside ${width}`, literals, () => writeInside(memory, literals, width))
  const bySlot = new Map<number, number[][]>()
  for (const field of fields) {
    const table = memory.list([
      field.present.length > 0 ? writeRules(memory, field.present) : 0,
      texts(field.terms, 'whole'),
      texts(field.prefixes, 'start'),
      texts(field.suffixes, 'end'),
      inside(field.inside, 4),
      inside(field.short, 2),
      field.beyond.length > 0 ? writeRules(memory, field.beyond) : 0,
      inside(field.insideBeyond, 4),
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
  memory.setWord(plan + at.PLAN_KEYWORDS, inside(keywords, 4))
  memory.setWord(plan + at.PLAN_ALWAYS, always.length > 0 ? writeRules(memory, always) : 0)
  for (const [slot, entries] of bySlot) {
    memory.setWord(plan + at.PLAN_SLOTS + slot * 4, memory.list([entries.length, ...entries.flat()]))
  }
  return plan
}
