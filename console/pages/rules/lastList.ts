import type { Address } from '../../address/address.ts'

let last: Address = {}

/** Keeps how the list of rules was filtered and sorted, so that the way back from a rule leads to the same list. */
export function rememberList({ q, level, origin, on, sort }: Address): void {
  last = Object.fromEntries(Object.entries({ q, level, origin, on, sort }).filter(([, v]) => v !== undefined))
}

/** The address of the list as it was last seen, with that rule under the cursor. */
export function backToList(id: string): Address {
  return { ...last, sel: id }
}
