import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { KeyScope, Role } from '../core/access.ts'
import { AppError } from '../core/errors.ts'
import { type RolePolicy, readRole } from './readRole.ts'

export const ROLES = [
  'analyst',
  'compliance_officer',
  'unit_user',
  'contractor',
  'system_admin',
  'security_admin',
  'audit_admin',
] as const satisfies readonly Role[]
export const KEY_SCOPES = ['ingest', 'read', 'findings'] as const satisfies readonly KeyScope[]

export type PolicyName = Role | KeyScope
export type RolePolicies = Readonly<Record<PolicyName, RolePolicy>>

/** Our own policies. */
export const ROLES_FOLDER = join(import.meta.dirname, 'roles')

/** Reads every policy of a folder (a file a role or key scope); ACC-009 naming all problems where one does not load. */
export function loadRoles(folder: string = ROLES_FOLDER): RolePolicies {
  const policies = new Map<string, RolePolicy>()
  const problems: string[] = []
  for (const name of readdirSync(folder)
    .filter((f) => f.endsWith('.yaml'))
    .sort()) {
    const read = readRole(readFileSync(join(folder, name), 'utf8'), name)
    problems.push(...read.problems.map((p) => `${p.file}:${p.line}:${p.column} ${p.message}`))
    if (read.value === undefined) continue
    if (read.value.role !== basename(name, '.yaml')) problems.push(`${name}: its role is called "${read.value.role}"`)
    policies.set(read.value.role, read.value)
  }
  const expected: readonly string[] = [...ROLES, ...KEY_SCOPES]
  for (const name of expected) if (!policies.has(name)) problems.push(`${name}.yaml is missing`)
  for (const name of policies.keys()) if (!expected.includes(name)) problems.push(`no role is called "${name}"`)
  if (problems.length > 0) throw new AppError('ACC-009', { problem: problems.join('; ') })
  return Object.fromEntries(policies) as RolePolicies
}
