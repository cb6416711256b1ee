import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EVERYTHING, type Identity } from '../../core/access.ts'
import type { Kind } from '../../core/model/index.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { addUnits, applyInventory, ensureRoot, estateSnapshot, nameRoot, subtree } from '../../inventory/index.ts'
import { openDocuments } from '../../store/index.ts'

const actor: Identity = {
  kind: 'account',
  id: 'ana',
  name: 'Ana',
  role: 'system_admin',
  scopes: [],
  unitId: 'root',
  partyId: undefined,
}
const clock = () => Date.UTC(2026, 10, 24)
const options = { actor, clock, fileName: 'estate.yaml' }

const CITY = `units:
  - { id: root, name: 珠城, kind: city, parentId: null, code: ZC }
  - { id: th, name: 天和区, kind: district, code: TH }
  - { id: th-edu, name: 教育局, kind: department, parentId: th, code: JY }
parties:
  - { id: acme, name: Acme, operates: [{ systemId: portal, from: "2026-01-01" }] }
systems:
  - id: portal
    unitId: th
    name: 门户
    informationLevel: 2
    serviceLevel: 3
    cloud: true
assets:
  - { id: web-1, systemId: portal, hostNames: [web-1], addresses: [10.1.0.0/24] }
datasets:
  - { id: people, systemId: portal, name: 人口, objects: [resident] }
`

let folder: string
let docs: DocumentStore
beforeEach(async () => {
  folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-inventory-'))
  docs = await openDocuments({ path: join(folder, 'documents.db') })
})
afterEach(async () => {
  await docs.close()
  fs.rmSync(folder, { recursive: true, force: true })
})

const count = (kind: Kind) => docs.count(kind, { scope: EVERYTHING })
const lineOf = (text: string, part: string) => text.slice(0, text.indexOf(part)).split('\n').length
/** Problems of a city with one part exchanged, as `line code`. */
const problemsWith = async (part: string, by: string) => {
  expect(CITY).toContain(part)
  const { problems, ...counts } = await applyInventory(docs, CITY.replace(part, by), options)
  expect(counts).toEqual({ created: 0, changed: 0, unchanged: 0 })
  expect(await count('system')).toBe(0)
  return problems
}

describe('an inventory file', () => {
  test('creates what it names, fills in what it leaves out, and a second run writes nothing', async () => {
    await ensureRoot(docs, { clock })
    const first = await applyInventory(docs, CITY, options)
    expect(first).toEqual({ created: 6, changed: 1, unchanged: 0, problems: [] })
    expect((await docs.get('unit', 'th'))?.doc.parentId).toBe('root')
    expect((await docs.get('system', 'portal'))?.doc).toEqual({
      kind: 'system',
      id: 'portal',
      unitId: 'th',
      name: '门户',
      level: 3,
      informationLevel: 2,
      serviceLevel: 3,
      cloud: true,
      since: null,
    })
    expect((await docs.get('party', 'acme'))?.doc.operates).toEqual([
      { systemId: 'portal', from: '2026-01-01T00:00:00.000Z', until: null },
    ])
    expect(await estateSnapshot(docs)).toEqual({
      assets: [
        {
          id: 'web-1',
          systemId: 'portal',
          unitId: 'th',
          hostNames: ['web-1'],
          addresses: ['10.1.0.0/24'],
          shared: false,
        },
      ],
      datasets: [
        { id: 'people', systemId: 'portal', unitId: 'th', name: '人口', dataClass: null, objects: ['resident'] },
      ],
    })
    const entries = await count('audit')
    expect(await applyInventory(docs, CITY, options)).toEqual({ created: 0, changed: 0, unchanged: 7, problems: [] })
    expect(await count('audit')).toBe(entries)
  })

  test('a change is audited with what it was and what it became, by whom', async () => {
    await applyInventory(docs, CITY, options)
    const again = await applyInventory(docs, CITY.replace('门户', '服务门户'), options)
    expect(again).toMatchObject({ created: 0, changed: 1, problems: [] })
    const { rows } = await docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'desc']], first: 1 })
    expect(rows[0]!.doc).toMatchObject({
      action: 'system.changed',
      actor: { kind: 'account', id: 'ana', name: 'Ana' },
      target: { kind: 'system', id: 'portal' },
      unitId: 'th',
      before: { name: '门户' },
      after: { name: '服务门户' },
    })
    expect((await docs.verifyAudit()).broken).toBeUndefined()
  })

  test('what it does not name stays', async () => {
    await applyInventory(docs, CITY, options)
    expect(
      await applyInventory(docs, 'units:\n  - { id: yx, name: 越秀, kind: district, code: YX }\n', options),
    ).toMatchObject({
      created: 1,
    })
    expect(await count('unit')).toBe(4)
    expect(await applyInventory(docs, '', options)).toEqual({ created: 0, changed: 0, unchanged: 0, problems: [] })
  })

  test.each([
    ['kind: district', 'kind: realm', 'INV-402', 'units[1].kind'],
    ['kind: district', 'kynd: district', 'INV-402', 'units[1].kynd'],
    ['code: TH', 'code: th', 'INV-402', 'upper-case'],
    ['code: JY', 'code: TH', 'INV-405', 'TH'],
    ['parentId: th,', 'parentId: nowhere,', 'INV-403', 'nowhere'],
    ['parentId: th,', 'parentId: null,', 'INV-407', 'only the unit "root"'],
    ['kind: department', 'kind: province', 'INV-408', 'below the district "th"'],
    ['parentId: null', 'parentId: th', 'INV-407', 'root'],
    ['id: th-edu', 'id: th', 'INV-404', '"th"'],
    ['unitId: th', 'unitId: xx', 'INV-403', 'xx'],
    ['serviceLevel: 3', 'serviceLevel: 9', 'INV-402', '1 to 5'],
    ['serviceLevel: 3', 'level: 1', 'INV-402', 'higher'],
    ['systemId: portal, from', 'systemId: gone, from', 'INV-403', 'gone'],
    ['"2026-01-01"', '"2026-02-30"', 'INV-402', 'not a time'],
    ['10.1.0.0/24', '10.1.0.0/240', 'INV-402', 'not an address'],
    ['systemId: portal, hostNames', 'systemId: other, hostNames', 'INV-403', 'other'],
    ['systemId: portal, name', 'systemId: portal, unitId: root, name', 'INV-402', 'belongs to the unit "th"'],
  ])('with %s written as %s nothing is applied and the place is told', async (part, by, code, text) => {
    const problems = await problemsWith(part, by)
    const line = lineOf(CITY, part)
    expect(problems.map((p) => p.code)).toContain(code)
    const found = problems.find((p) => p.code === code && p.message.includes(text))
    expect(found).toMatchObject({ file: 'estate.yaml', severity: 'error' })
    expect(Math.abs(found!.line - line)).toBeLessThanOrEqual(1)
    expect(found!.column).toBeGreaterThan(1)
  })

  test('a circle of units is named', async () => {
    const circle = CITY.replace('kind: district, code: TH', 'kind: department, parentId: th-edu, code: TH')
    const { problems } = await applyInventory(docs, circle, options)
    expect(problems.filter((p) => p.code === 'INV-406').map((p) => p.message)).toEqual([
      'units[1].parentId: units would stand in a circle: th > th-edu > th',
      'units[2].parentId: units would stand in a circle: th-edu > th > th-edu',
    ])
  })

  test('several problems are told at once, in the order of the file', async () => {
    const bad = CITY.replace('kind: district', 'kind: realm').replace('10.1.0.0/24', 'somewhere')
    const { problems } = await applyInventory(docs, bad, options)
    expect(problems.map((p) => p.line)).toEqual([lineOf(CITY, 'kind: district'), lineOf(CITY, '10.1.0.0/24')])
  })

  test('text that is no YAML, and YAML that is no inventory, are told with their place', async () => {
    expect((await applyInventory(docs, 'units: [}', options)).problems[0]).toMatchObject({ code: 'INV-401', line: 1 })
    expect((await applyInventory(docs, '- 1', options)).problems[0]).toMatchObject({ code: 'INV-402', line: 1 })
    expect((await applyInventory(docs, 'units: 7', options)).problems[0]).toMatchObject({ code: 'INV-402', line: 1 })
  })

  test('one host name that leads to two systems of a unit is refused, shared by one system it is not', async () => {
    const two = CITY.replace('assets:\n', 'assets:\n  - { id: web-2, systemId: other, hostNames: [WEB-1] }\n').replace(
      'systems:\n',
      'systems:\n  - { id: other, unitId: th, name: 别的, level: 2 }\n',
    )
    const { problems } = await applyInventory(docs, two, options)
    expect(problems.map((p) => p.message)).toEqual([
      'assets[0].hostNames: the asset "web-1" of the system "portal" has the same host name',
      'assets[1].hostNames: the asset "web-2" of the system "other" has the same host name',
    ])
    expect((await applyInventory(docs, two.replace('systemId: other', 'systemId: portal'), options)).problems).toEqual(
      [],
    )
  })

  test('the example of the manual is such a file', async () => {
    const manual = fs.readFileSync(join(import.meta.dirname, '../../docs/inventory.md'), 'utf8')
    const applied = await applyInventory(docs, /```yaml\n(.*?)```/s.exec(manual)![1]!, options)
    expect(applied).toMatchObject({ created: 6, changed: 1, problems: [] })
    expect((await docs.get('system', 'portal'))?.doc).toMatchObject({ level: 3, since: '2021-03-01T00:00:00.000Z' })
  })

  test('the sample city is such a file', async () => {
    const city = fs.readFileSync(join(import.meta.dirname, '../../demo/city.yaml'), 'utf8')
    const applied = await applyInventory(docs, city, options)
    expect(applied.problems).toEqual([])
    expect(applied.created).toBeGreaterThan(60)
    expect((await applyInventory(docs, city, options)).created).toBe(0)
  })
})

describe('units', () => {
  test('the root unit is made once, also by two at a time', async () => {
    const [a, b] = await Promise.all([ensureRoot(docs, { clock }), ensureRoot(docs, { clock })])
    expect(a).toEqual(b)
    expect(await count('audit')).toBe(1)
  })

  test('a subtree is a unit and everything below', () => {
    const u = (id: string, parentId: string | null) => ({ id, parentId, name: id, kind: 'subunit', code: 'X' }) as const
    const units = [u('c', 'b'), u('b', 'root'), u('root', null), u('d', 'root')]
    expect([...subtree(units, 'root')].sort()).toEqual(['b', 'c', 'd', 'root'])
    expect(subtree(units, 'b')).toEqual(['b', 'c'])
    expect(subtree(units, 'nowhere')).toEqual([])
  })

  test('pasted lines become units: head line, tabs, quotes, Chinese words, parents further down', async () => {
    const text =
      '名称,类型,代码,上级代码\n教育局\t部门\tJY\tTH\n"天和区, 新",区,TH,\n\n 体育中心 ， 下属单位 ， TY ， JY\n'
    const { units, problems } = await addUnits(docs, text, options)
    expect(problems).toEqual([])
    expect(units.find((u) => u.id === 'th')).toEqual({
      id: 'th',
      name: '天和区, 新',
      kind: 'district',
      parentId: 'root',
      code: 'TH',
    })
    expect(units.find((u) => u.id === 'jy')?.parentId).toBe('th')
    expect((await docs.get('unit', 'ty'))?.doc).toMatchObject({ parentId: 'jy', kind: 'subunit', name: '体育中心' })
    const before = await count('audit')
    expect((await addUnits(docs, text, options)).problems).toEqual([])
    expect(await count('audit')).toBe(before)
    await addUnits(docs, '新名,district,TH', options)
    expect((await docs.get('unit', 'th'))?.doc.name).toBe('新名')
  })

  test('problems of pasted lines carry line and column, and nothing is written', async () => {
    const { problems, units } = await addUnits(
      docs,
      'a,district,A\nb,realm,B\n"c,district,C\nd,district,d,A\ne,district,E,ZZ\nf\na2,district,A',
      options,
    )
    expect(problems.map((p) => [p.line, p.column, p.code])).toEqual([
      [2, 3, 'INV-413'],
      [3, 1, 'INV-411'],
      [4, 12, 'INV-414'],
      [5, 1, 'INV-415'],
      [6, 1, 'INV-410'],
      [7, 1, 'INV-416'],
    ])
    expect(units.map((u) => u.id)).toEqual(['root'])
    expect(await count('unit')).toBe(1)
  })

  test('the root unit can be named; a bad or taken code is refused', async () => {
    await addUnits(docs, '天和区,district,TH', options)
    expect(await nameRoot(docs, { name: ' 珠城 ', code: 'ZC' }, options)).toMatchObject({
      id: 'root',
      name: '珠城',
      code: 'ZC',
    })
    await expect(nameRoot(docs, { name: 'x', code: 'TH' }, options)).rejects.toMatchObject({ code: 'INV-405' })
    await expect(nameRoot(docs, { name: 'x', code: 't h' }, options)).rejects.toMatchObject({ code: 'INV-414' })
    await expect(nameRoot(docs, { name: '', code: 'ZC' }, options)).rejects.toMatchObject({ code: 'INV-412' })
    expect((await docs.get('unit', 'root'))?.doc.code).toBe('ZC')
  })
})
