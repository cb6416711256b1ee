import type { Action, Subject } from '../core/access.ts'

/** The fields a rule may speak of, per subject: exact, typed, and there in every document of that kind. */
export const POLICY_FIELDS: Readonly<Record<Subject, readonly string[]>> = {
  event: ['suidun.unit.id', 'suidun.system.id'],
  signal: ['unitId', 'systemId'],
  incident: ['unitId', 'systemId'],
  finding: ['unitId', 'systemId'],
  result: ['unitId', 'systemId'],
  system: ['id', 'unitId'],
  unit: ['id'],
  account: ['unitId', 'role'],
  key: ['unitId', 'systemId'],
  grant: ['unitId'],
  audit: ['unitId'],
  rule: ['unitId'],
  exception: ['unitId'],
  collector: ['unitId'],
}

export const SUBJECTS = Object.keys(POLICY_FIELDS) as Subject[]

export const ACTIONS = [
  'read',
  'assign',
  'transition',
  'comment',
  'decide',
  'assess',
  'check',
  'export',
  'create',
  'revoke',
  'apply',
  'import',
  'switch',
  'run',
  'end',
] as const satisfies readonly Action[]

/** Subjects in which data of a dataset can stand; a rule to read them must say what becomes of important data. */
export const WITH_DATASETS = ['event', 'signal', 'incident'] as const satisfies readonly Subject[]
export type WithDatasets = (typeof WITH_DATASETS)[number]

/**
 * Sets that a rule may name, filled in from the reader and the estate when a policy is compiled:
 * `$units` the reader's unit and everything below it; `$operatedSystems` the systems that the reader's party operates
 * now, `$operatedUnits` their units; `$sharedSystems` the systems that a live grant shares with the reader.
 */
export const VARIABLES = ['$units', '$operatedSystems', '$operatedUnits', '$sharedSystems'] as const
type Variable = (typeof VARIABLES)[number]

/** The reader's sets: each variable with its ids. */
export type Sets = Readonly<Record<Variable, readonly string[]>>
