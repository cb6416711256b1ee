export { createNormaliser, type NormaliserOptions } from './createNormaliser.ts'
