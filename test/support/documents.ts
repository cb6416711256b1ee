import type { AuditAction, AuditDraft, Unit } from '../../core/model/index.ts'

/** A unit and an audit draft for tests of the document store. */
export const unit = (id: string, more: Partial<Unit> = {}): Unit => ({
  id,
  name: `Unit ${id}`,
  kind: 'district',
  parentId: 'root',
  code: id.toUpperCase(),
  ...more,
})

export const draft = (action: string, id: string, more: Partial<AuditDraft> = {}): AuditDraft => ({
  at: '2026-11-24T06:00:00.000Z',
  actor: { kind: 'system', id: 'test', name: 'test' },
  action: action as AuditAction,
  target: { kind: 'unit', id },
  unitId: 'root',
  ...more,
})
