import type { EstateSnapshot } from '../../core/model/index.ts'
import { compilePlacement } from '../normalise/placement.ts'
import { PlainLines } from './plainLines.ts'

export type { PlainLines } from './plainLines.ts'

/** A reader of plain lines, for the estate that a normaliser knows. */
export function createPlainLines({ estate }: { readonly estate: EstateSnapshot }): PlainLines {
  return new PlainLines(compilePlacement(estate))
}
