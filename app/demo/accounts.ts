import { randomBytes } from 'node:crypto'
import type { Role } from '../../core/access.ts'
import { bootstrap, createAccount, type IdentityContext, platformReader, setUp } from '../../policies/index.ts'

export interface DemoAccount {
  readonly role: Role
  readonly name: string
  readonly password: string
}

/** The demo's people: one per role, with names of the sample city. */
const PEOPLE: readonly { role: Role; name: string; displayName: string; unitId: string; partyId?: string }[] = [
  { role: 'analyst', name: 'analyst', displayName: '沈禾', unitId: 'root' },
  { role: 'compliance_officer', name: 'officer', displayName: '周岚', unitId: 'root' },
  { role: 'unit_user', name: 'district', displayName: '罗川', unitId: 'district-yunpu' },
  { role: 'contractor', name: 'contractor', displayName: '陈越', unitId: 'root', partyId: 'party-zhiwei' },
]
const OFFICERS: Readonly<Record<string, readonly [name: string, displayName: string]>> = {
  system_admin: ['sysadmin', '系统管理员'],
  security_admin: ['secadmin', '安全管理员'],
  audit_admin: ['auditor', '审计管理员'],
}

const password = (): string => randomBytes(12).toString('base64url')

/** Creates one account per role through the same steps as real ones: a one-time link each, then a password of its own. */
export async function createDemoAccounts(ctx: IdentityContext): Promise<readonly DemoAccount[]> {
  const accounts: DemoAccount[] = []
  const by = platformReader('demo')
  for (const person of PEOPLE) {
    const { token } = await createAccount(ctx, by, person)
    const secret = password()
    await setUp(ctx, { token, password: secret })
    accounts.push({ role: person.role, name: person.name, password: secret })
  }
  for (const { role, token } of await bootstrap(ctx)) {
    const [name, displayName] = OFFICERS[role]!
    const secret = password()
    await setUp(ctx, { token, name, displayName, password: secret })
    accounts.push({ role, name, password: secret })
  }
  return accounts
}
