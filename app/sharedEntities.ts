import type { EstateSnapshot } from '../core/model/index.ts'

/** Entities that many share, from the inventory: they are never the key of an incident. */
export function sharedEntities(estate: EstateSnapshot): readonly string[] {
  return estate.assets.filter((a) => a.shared).flatMap((a) => [...a.hostNames, ...a.addresses])
}
