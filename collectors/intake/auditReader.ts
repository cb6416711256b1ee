import type { Value } from '../../core/event.ts'
import { type Filter, or } from '../../core/filter.ts'
import type { Draft, Origin } from '../contract.ts'
import { createNormaliser } from '../normalise/index.ts'
import { RecordJoiner } from './joinRecords.ts'

/** An audit event out of several lines of a file. */
export interface AuditEvent {
  /** Numbers of its records' lines, ascending. */
  readonly lines: readonly number[]
  readonly event: object
}

/** Joins the records of audit events in a file. */
export interface AuditReader {
  /** Takes a line as auditd writes it; false where it is none. */
  text(text: string, line: number): boolean
  /** Holds for every object that is such a record. */
  readonly objects: Filter
  /** Takes a record that is a JSON object (`type`, and `msg` with its time and number); false where it is none. */
  object(object: object, line: number): boolean
  /** Events that became whole since the last time. */
  take(): readonly AuditEvent[]
  /** Those that are left, at the end of the file. */
  end(): readonly AuditEvent[]
}

const NOWHERE: Origin = { keyId: '', sourceId: '', unitId: '', systemId: null, receivedAt: 0, address: '' }
const prefixOfMessage = (value: string): Filter => ({ op: 'prefix', field: ['msg'], value, cased: true })
const ID = /^(?:msg=)?audit\(([^()]{3,80})\)/

/** A reader for one file. */
export function createAuditReader(): AuditReader {
  const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })
  let whole: AuditEvent[] = []
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
