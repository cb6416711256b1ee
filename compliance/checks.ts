import type { Check } from './checks/check.ts'
import { hostsAudited } from './checks/hostsAudited.ts'
import { intrusionsRaised } from './checks/intrusionsRaised.ts'
import { recordsComplete } from './checks/recordsComplete.ts'
import { recordsKept } from './checks/recordsKept.ts'
import { vulnerabilitiesFixed } from './checks/vulnerabilitiesFixed.ts'

/** The live checks by the item they speak to. */
export const CHECKS: ReadonlyMap<string, Check> = new Map([
  ['8.1.4.3.a', hostsAudited],
  ['8.1.4.3.b', recordsComplete],
  ['8.1.5.4.d', recordsKept],
  ['8.1.4.4.e', vulnerabilitiesFixed],
  ['8.1.3.3.d', intrusionsRaised],
])

/** Whether evidence for this item can be looked up in the logs and findings. */
export function hasCheck(itemId: string): boolean {
  return CHECKS.has(itemId)
}
