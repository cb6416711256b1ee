export { addUnits, nameRoot, type UnitsAdded } from './addUnits.ts'
export { type Applied, type ApplyOptions, applyInventory } from './applyInventory.ts'
export { ensureRoot, estateSnapshot, subtree } from './estate.ts'
export { parseUnitLines, type ReadUnitLines, type UnitLine } from './unitLines.ts'
