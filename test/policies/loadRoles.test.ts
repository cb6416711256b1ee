import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { astToFilter } from '../../policies/astToFilter.ts'
import { KEY_SCOPES, loadRoles, ROLES, ROLES_FOLDER } from '../../policies/loadRoles.ts'
import { readRole } from '../../policies/readRole.ts'

const folders: string[] = []
afterEach(() => {
  for (const f of folders.splice(0)) rmSync(f, { recursive: true })
})

function changed(file: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'suidun-roles-'))
  folders.push(folder)
  cpSync(ROLES_FOLDER, folder, { recursive: true })
  writeFileSync(join(folder, file), text)
  return folder
}

const role = (can: string) => `role: analyst\npages: []\ncan:\n${can}`
const problems = (can: string) =>
  readRole(role(can), 'analyst.yaml').problems.map((p) => `${p.line}:${p.column} ${p.message}`)

describe('policies', () => {
  it('are there for every role and key scope', () => {
    const policies = loadRoles()
    expect(Object.keys(policies).sort()).toEqual([...ROLES, ...KEY_SCOPES].sort())
    for (const name of ['system_admin', 'security_admin', 'audit_admin', 'ingest', 'findings'] as const) {
      const subjects = policies[name].can.flatMap((r) => r.subject)
      for (const s of ['event', 'signal', 'incident', 'finding', 'system', 'result', 'rule'])
        expect(subjects).not.toContain(s)
    }
    for (const rule of policies.read.can) expect(rule.action).toEqual(['read'])
  })

  it('refuse what they do not know, naming line, column and what would do', () => {
    expect(problems('  - { action: read, subject: finding, where: { unitid: { in: $units } } }')).toEqual([
      expect.stringMatching(/^4:\d+ .*finding has no field "unitid" for policies \(unitId, systemId\)/),
    ])
    expect(problems('  - { action: read, subject: event, where: everything }')[0]).toMatch(/^4:.*important data/)
    expect(problems('  - { action: read, subject: finding, where: {} }')[0]).toMatch(/"where" is empty/)
    expect(problems('  - { action: read, subject: finding, where: { unitId: { in: $everything } } }')[0]).toMatch(/^4:/)
    expect(problems('  - { action: read, subject: finding, where: { unitId: { not: x } } }')[0]).toMatch(/^4:/)
    expect(problems('  - { action: read, subject: finding }')[0]).toMatch(/^4:.*where/)
    expect(problems('  - { action: fly, subject: finding, where: everything }')[0]).toMatch(/^4:.*action/)
  })

  it('only grant: there is no way to say "cannot"', () => {
    expect(problems('  - { action: read, subject: finding, where: everything, inverted: true }')[0]).toMatch(/inverted/)
    const cannot = readRole('role: analyst\npages: []\ncan: []\ncannot: []\n', 'analyst.yaml')
    expect(cannot.problems[0]!.message).toMatch(/cannot/)
  })

  it('stop the start where one does not load, with every problem', () => {
    const folder = changed('analyst.yaml', role('  - { action: fly, subject: finding, where: everything }'))
    expect(() => loadRoles(folder)).toThrow(/analyst\.yaml:4:\d+ .*analyst\.yaml is missing/)
    expect(() => loadRoles(changed('janitor.yaml', 'role: janitor\npages: []\ncan: []\n'))).toThrow(/no role is called/)
    expect(() => loadRoles(changed('analyst.yaml', 'role: read\npages: []\ncan: []\n'))).toThrow(
      /its role is called "read"/,
    )
    expect(() => loadRoles(changed('analyst.yaml', 'role: [\n'))).toThrow(/analyst\.yaml:\d+:\d+/)
  })

  it('know no condition that their filters could not say exactly', () => {
    const unknown = { operator: 'regex', field: 'unitId', value: /x/ }
    expect(() => astToFilter({ operator: 'or', value: [unknown] })).toThrow(/regex/)
    expect(() => astToFilter({ operator: 'eq', field: '$or', value: [] })).toThrow()
    expect(() => astToFilter({ operator: 'in', field: 'unitId', value: [{}] })).toThrow()
  })
})
