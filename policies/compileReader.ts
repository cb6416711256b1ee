import { createMongoAbility, type MongoAbility } from '@casl/ability'
import { rulesToCondition } from '@casl/ability/extra'
import type { Action, Grant, Identity, Reader, Scope, Subject } from '../core/access.ts'
import { EVERYTHING } from '../core/access.ts'
import { ALL, and, type Filter, NONE, not, or } from '../core/filter.ts'
import { astToFilter } from './astToFilter.ts'
import { type Classes, clearConditions, maskedParts } from './important.ts'
import type { PolicyName, RolePolicies } from './loadRoles.ts'
import type { PolicyRule, RolePolicy } from './readRole.ts'
import { type Facts, setsOf } from './sets.ts'
import { type Sets, WITH_DATASETS, type WithDatasets } from './vocabulary.ts'

/** What the platform keeps for itself in documents that people read. */
const KEPT: Partial<Record<Subject, readonly string[]>> = { finding: ['identity'] }

/** How much of a row a rule shows: all of it, or what is left where its data is closed to the reader. */
type Part = 'clear' | 'masked' | 'closed'

interface Raw {
  action: Action
  subject: Subject
  conditions?: Record<string, unknown>
  /** CASL keeps it; here it says which part of the rows the rule is about. */
  reason: Part
}

type Rule = ReturnType<MongoAbility['rulesFor']>[number]

/**
 * Compiles the policies of one identity: YAML rules become CASL rules, CASL's rules a filter. Rows of one subject come in
 * disjoint grants: first what is wholly clear, then, without those, what shows only in part.
 */
export function compileReader(policies: RolePolicies, identity: Identity, facts: Facts): Reader {
  const { sets, classes } = setsOf(identity, facts)
  const rules = namesOf(identity).flatMap((name) => rawRules(policies[name], sets, classes))
  const ability = createMongoAbility(rules as never[], {
    detectSubjectType: (o) => (o as unknown as { kind: Subject }).kind as never,
  }) as MongoAbility
  const scopes = new Map<string, Scope>()
  return {
    identity,
    scope(subject, action = 'read') {
      const key = `${action} ${subject}`
      let scope = scopes.get(key)
      if (scope === undefined) {
        scope = { grants: grantsOf(ability.rulesFor(action, subject), subject) }
        scopes.set(key, scope)
      }
      return scope
    },
    can: (action, subject, document) =>
      ability.can(action, document === undefined ? subject : ({ ...document, kind: subject } as never)),
  }
}

/** The platform itself (command line, first start, automatic checks): may everything. */
export function platformReader(name: string): Reader {
  const identity: Identity = {
    kind: 'system',
    id: 'suidun',
    name,
    role: undefined,
    scopes: [],
    unitId: 'root',
    partyId: undefined,
  }
  return { identity, scope: () => EVERYTHING, can: () => true }
}

/** The policies that speak for an identity: its role, or each scope of a key. */
export function namesOf(identity: Identity): readonly PolicyName[] {
  if (identity.kind === 'key') return identity.scopes
  return identity.role === undefined ? [] : [identity.role]
}

function rawRules(policy: RolePolicy, sets: Sets, classes: Classes): Raw[] {
  return policy.can.flatMap((rule) =>
    rule.subject.flatMap((subject) => rule.action.flatMap((action) => rawRule(rule, action, subject, sets, classes))),
  )
}

function rawRule(rule: PolicyRule, action: Action, subject: Subject, sets: Sets, classes: Classes): Raw[] {
  const where = rule.where === 'everything' ? {} : rule.where
  const conditions = Object.fromEntries(
    Object.entries(where).map(([field, t]) => [field, typeof t === 'string' ? { $eq: t } : { $in: [...sets[t.in]] }]),
  )
  if (action !== 'read' || !isWithDatasets(subject)) return [raw(action, subject, conditions, 'clear')]
  const clear = clearConditions(subject, classes).map((c) => raw(action, subject, { ...conditions, ...c }, 'clear'))
  const mode = rule.important ?? 'closed'
  if (subject === 'event' && mode === 'closed') return clear
  return [...clear, raw(action, subject, conditions, mode)]
}

function raw(action: Action, subject: Subject, conditions: Record<string, unknown>, reason: Part): Raw {
  return { action, subject, reason, ...(Object.keys(conditions).length === 0 ? {} : { conditions }) }
}

function grantsOf(rules: readonly Rule[], subject: Subject): Grant[] {
  const clear = rowsOf(rules, 'clear')
  const masked = and(rowsOf(rules, 'masked'), not(clear))
  const closed = and(rowsOf(rules, 'closed'), not(clear), not(masked))
  const parts = [
    { rows: clear, hidden: KEPT[subject] ?? [] },
    ...(isWithDatasets(subject)
      ? [...maskedParts(subject, masked, 'masked'), ...maskedParts(subject, closed, 'closed')]
      : []),
  ]
  return parts.filter((p) => p.rows.op !== 'none')
}

/** The rows of one part. `rulesToCondition` leaves negating a refusal to its caller; without that it would grant. */
function rowsOf(rules: readonly Rule[], part: Part): Filter {
  const convert = (rule: Rule): Filter => {
    const filter = rule.ast === undefined ? ALL : astToFilter(rule.ast)
    return rule.inverted ? not(filter) : filter
  }
  const hooks = { and: (f: Filter[]) => and(...f), or: (f: Filter[]) => or(...f), empty: () => ALL }
  return rulesToCondition(rules.filter((r) => r.reason === part) as never[], convert as never, hooks as never) ?? NONE
}

function isWithDatasets(subject: Subject): subject is WithDatasets {
  return (WITH_DATASETS as readonly Subject[]).includes(subject)
}
