import { createContext, useContext } from 'react'
import { graphql, type ResultOf } from '../graphql/graphql.ts'

export const MeQuery = graphql(`
  query Me {
    me { id name displayName role language csrf pages unit { id name kind code } }
  }
`)

export type Me = NonNullable<ResultOf<typeof MeQuery>['me']>

/** Who is signed in; every page inside the frame has one. */
export const MeContext = createContext<Me | undefined>(undefined)

/** Who is signed in. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (me === undefined) throw new Error('used outside the frame')
  return me
}

/** The page a role starts on: the first of its own order that its policy allows. */
export function startPage(me: Pick<Me, 'role' | 'pages'>): string {
  const order: Readonly<Record<Me['role'], readonly string[]>> = {
    analyst: ['incidents', 'events'],
    compliance_officer: ['systems', 'findings'],
    unit_user: ['incidents', 'systems', 'findings'],
    contractor: ['incidents', 'systems', 'findings'],
    system_admin: ['collectors', 'accounts', 'keys'],
    security_admin: ['accounts'],
    audit_admin: ['audit'],
  }
  const first = [...order[me.role], ...me.pages].find((p) => me.pages.includes(p))
  return first === undefined ? '/me' : (PAGE_PATHS[first] ?? '/me')
}

/** The address of each page that a policy names. */
export const PAGE_PATHS: Readonly<Record<string, string>> = {
  incidents: '/incidents',
  events: '/events',
  findings: '/findings',
  systems: '/systems',
  audit: '/audit',
  accounts: '/admin/accounts',
  keys: '/admin/keys',
  rules: '/rules',
  collectors: '/collectors',
}
