export { addUnits, nameRoot } from './addUnits.ts'
export { applyInventory } from './applyInventory.ts'
export { ensureRoot, estateSnapshot, subtree } from './estate.ts'
