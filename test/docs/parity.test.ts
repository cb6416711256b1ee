import { expect, test } from 'vitest'
import { loadConfig } from '../../core/config.ts'
import { ERRORS } from '../../core/errors.ts'
import { HAPPENINGS } from '../../core/telemetry.ts'
import { errorsPage } from '../../docs/errorsPage.ts'
import { KEY_SCOPES, loadRoles, ROLES } from '../../policies/loadRoles.ts'
import { VARIABLES } from '../../policies/vocabulary.ts'
import { constant, firstCells, page, quoted, table, textOf } from './pages.ts'

test('docs/configuration.md lists every key, and no other', () => {
  const keys = loadConfig(undefined, {}).values.map((v) => v.key)
  expect(firstCells(page('configuration.md')).sort()).toEqual([...keys].sort())
})

test('docs/errors.md is what `npm run docs` writes', () => {
  expect(page('errors.md')).toBe(errorsPage())
  expect(firstCells(page('errors.md')).sort()).toEqual(Object.keys(ERRORS).sort())
})

test('docs/operations.md lists every happening, and no other', () => {
  expect(firstCells(page('operations.md')).sort()).toEqual(Object.keys(HAPPENINGS).sort())
})

test('docs/access.md lists every role and key scope, and says of each what it does', () => {
  const rows = table(page('access.md'), 'policy', 'sees', 'does')
  expect(rows.flatMap(([policy]) => quoted(policy!)).sort()).toEqual([...ROLES, ...KEY_SCOPES].sort())
  const policies = loadRoles()
  for (const [names, sees, does] of rows)
    for (const name of quoted(names!)) {
      const { can } = policies[name as keyof typeof policies]
      const reads = can.filter((r) => r.action.includes('read')).flatMap((r) => r.subject)
      const acts = can.flatMap((r) => r.action).filter((a) => a !== 'read')
      // Verbs on the page and in the policies: what may be done is said, what is said may be done.
      for (const [word, subject] of Object.entries({ events: 'event', accounts: 'account', 'audit log': 'audit' }))
        if (sees!.includes(word)) expect(reads, `${name} sees ${word}`).toContain(subject)
      const verbs = { assign: 'assigns', comment: 'comment', decide: 'decides', assess: 'fills', export: 'exports' }
      for (const [action, word] of Object.entries(verbs))
        expect(acts.includes(action as never), `${name}: ${word}`).toBe(does!.includes(word))
    }
})

test('docs/access.md has the sets that a policy may name, and the figures of sign-in', () => {
  const text = page('access.md')
  for (const variable of VARIABLES) expect(text).toContain(`\`${variable}\``)
  const prose = text.replace(/\s+/g, ' ')
  expect(prose).toContain(`at least ${constant('policies/passwords.ts', 'PASSWORD_MIN')} characters`)
  expect(prose).toContain(`A session lasts ${constant('policies/sessions.ts', 'SESSION_HOURS')} hours`)
  expect(prose).toContain(`lock the name for ${constant('policies/signIn.ts', 'LOCK_MINUTES')} minutes`)
  expect(prose).toContain(`at most ${constant('policies/grants.ts', 'GRANT_DAYS')} days`)
  expect(constant('policies/signIn.ts', 'LOCK_AFTER')).toBe(5)
})

test('docs/store.md lists every difference that the contract suite allows an engine', () => {
  const declared = /export type Difference =([\s\S]*?)\n\n/.exec(textOf('test/contract/event-store.ts'))![1]!
  const names = [...declared.matchAll(/'([^']+)'/g)].map((m) => m[1]!)
  const rows = table(page('store.md'), 'difference', 'DuckDB', 'Elasticsearch', 'reason')
  expect(rows.flatMap(([difference]) => quoted(difference!)).sort()).toEqual(names.sort())
  for (const row of rows) expect(row[3], row[0]).not.toBe('')
})
