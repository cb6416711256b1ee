export { createNormaliser, type NormaliserOptions } from './create-normaliser.ts'
export { serialise } from './serialise.ts'
