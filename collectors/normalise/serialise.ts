import type { Draft, MutableEcs } from '../contract.ts'

/**
 * The spool's line of a draft (core/ports.ts): numbers it (`event.id`, `suidun.lane`, `suidun.seq`, in the draft too, which
 * the detector gets) and writes it as JSON.
 */
export function serialise(draft: Draft, id: string, lane: number, seq: number): string {
  const { ecs, rest } = draft
  ;(ecs.event as MutableEcs).id = id
  const suidun = ecs.suidun as MutableEcs
  suidun.lane = lane
  suidun.seq = seq
  return `${JSON.stringify(ecs).slice(0, -1)},"rest":${JSON.stringify(rest)}}`
}
