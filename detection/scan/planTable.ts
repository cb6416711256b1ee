import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'

/** A field with the slots of its names, in order: the first that is present counts. */
export interface FieldOfPlan {
  readonly slots: readonly number[]
  /** Where its tables are written. */
  readonly address: number
}

/** A plan for so many slots, in which nothing is sought yet; its address. */
export function writePlan(memory: ScanMemory, slots: number): number {
  return memory.allocate(at.PLAN_SLOTS + slots * 4)
}

/** A field for which no tables are made yet; its address. The scan asks for them when a line has it. */
export function writeField(memory: ScanMemory): number {
  const address = memory.allocate(at.FIELD_SIZE)
  memory.setWord(address + at.FIELD_PRESENT, at.UNMADE)
  return address
}

/** Puts fields into a plan, in place of those that it has. */
export function writeFields(memory: ScanMemory, plan: number, fields: readonly FieldOfPlan[]): void {
  const bySlot = new Map<number, number[]>()
  for (const { slots, address } of fields) {
    for (const [i, slot] of slots.entries()) {
      let list = bySlot.get(slot)
      if (list === undefined) {
        list = [0]
        bySlot.set(slot, list)
      }
      list[0]!++
      list.push(address, i)
      for (let before = 0; before < i; before++) list.push(slots[before]!)
    }
  }
  for (const [slot, list] of bySlot) memory.setWord(plan + at.PLAN_SLOTS + slot * 4, memory.list(list))
}
