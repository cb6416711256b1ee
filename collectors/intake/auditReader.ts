import type { Value } from '../../core/event.ts'
import { type Filter, or } from '../../core/filter.ts'
import type { JoinedEvent, PartReader } from '../../core/partReader.ts'
import type { Draft, Origin } from '../contract.ts'
import { createNormaliser } from '../normalise/index.ts'
import { RecordJoiner } from './joinRecords.ts'

const NOWHERE: Origin = { keyId: '', sourceId: '', unitId: '', systemId: null, receivedAt: 0, address: '' }
const prefixOfMessage = (value: string): Filter => ({ op: 'prefix', field: ['msg'], value, cased: true })
const ID = /^(?:msg=)?audit\(([^()]{3,80})\)/

/** Joins the records of audit events in one file: lines as auditd writes them, and JSON with `type` and `msg`. */
export function createAuditReader(): PartReader {
  const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })
  let whole: JoinedEvent[] = []
  const joiner = new RecordJoiner<'text' | 'object'>(({ draft, from, lines }) => {
    whole.push({ lines, event: from === 'object' ? draft.rest : { ...draft.ecs, ...draft.rest } })
  })
  const take = () => {
    const taken = whole
    whole = []
    return taken
  }
  return {
    objects: or(prefixOfMessage('audit('), prefixOfMessage('msg=audit(')),
    text(text, line) {
      if (!text.includes('audit(')) return false
      const draft = normalise(text, 'json', NOWHERE)
      if (draft.record === undefined) return false
      joiner.add(draft, 'text', line, 'text')
      return true
    },
    object(object, line) {
      const { type, msg, node } = object as Readonly<Record<string, unknown>>
      const id = typeof type === 'string' && typeof msg === 'string' ? ID.exec(msg)?.[1] : undefined
      if (id === undefined) return false
      const draft: Draft = {
        ecs: { event: {} },
        rest: { ...(object as Record<string, Value>) },
        timestamp: 0,
        error: undefined,
        whole: undefined,
        record: id,
      }
      joiner.add(draft, `object ${typeof node === 'string' ? node : ''}`, line, 'object')
      return true
    },
    take,
    end() {
      joiner.finish()
      return take()
    },
  }
}
