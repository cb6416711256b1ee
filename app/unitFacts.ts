import { ROOT_UNIT } from '../core/model/index.ts'
import type { DocumentStore } from '../core/ports.ts'
import type { Estate } from '../response/index.ts'

/** What incidents need to know of the estate, asked of the documents each time (a look-up by id). */
export function unitFacts(docs: DocumentStore): Estate {
  return {
    async unitCode(unitId) {
      const unit = (await docs.get('unit', unitId)) ?? (await docs.get('unit', ROOT_UNIT))
      return unit?.doc.code ?? 'CITY'
    },
    async systemLevel(systemId) {
      return (await docs.get('system', systemId))?.doc.level ?? null
    },
  }
}
