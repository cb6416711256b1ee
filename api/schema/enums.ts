import type { Role } from '../../core/access.ts'
import type { CheckState, FindingStatus, IncidentStatus, Level, ResultValue } from '../../core/model/index.ts'
import { ROLES } from '../../policies/index.ts'
import type { Language } from '../services.ts'
import { builder } from './builder.ts'

const values = <T extends string>(...all: readonly T[]) => all as readonly T[]

export const Severity = builder.enumType('Severity', {
  values: values<Level>('critical', 'high', 'medium', 'low', 'info'),
})
export const IncidentStatusEnum = builder.enumType('IncidentStatus', {
  values: values<IncidentStatus>('new', 'triage', 'in_progress', 'contained', 'resolved', 'closed', 'false_positive'),
})
export const FindingStatusEnum = builder.enumType('FindingStatus', {
  values: values<FindingStatus>('open', 'fixed', 'accepted', 'false_positive'),
})
export const ResultValueEnum = builder.enumType('ResultValue', {
  values: values<ResultValue>('compliant', 'partly_compliant', 'not_compliant', 'not_applicable', 'not_assessed'),
})
export const CheckStateEnum = builder.enumType('CheckState', {
  values: values<CheckState>('holds', 'fails', 'cannot_tell'),
})
export const RoleEnum = builder.enumType('Role', { values: values<Role>(...ROLES) })
export const LanguageEnum = builder.enumType('Language', { values: values<Language>('zh', 'en') })
