import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseCidr } from '../../core/address.ts'
import { loadLists, matchFile, OWN_LISTS } from '../../detection/index.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suidun-lists-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function load(content: string) {
  writeFileSync(join(folder, 'own.yaml'), content)
  return loadLists([folder])
}

test('a file holds any number of lists; numbers count as their text', () => {
  const { lists, problems } = load("Admins: [root, 'adm_*']\nports: [22, 3389]\nnone: []\n---\nmore: [x]\n")
  expect(problems).toEqual([])
  expect([...lists]).toEqual([
    ['Admins', ['root', 'adm_*']],
    ['ports', ['22', '3389']],
    ['none', []],
    ['more', ['x']],
  ])
})

test('our own lists are blocks of addresses, and one of a later folder takes the place of its namesake', () => {
  const { lists, problems } = loadLists([OWN_LISTS])
  expect(problems).toEqual([])
  expect([...lists.keys()]).toContain('private_networks')
  for (const block of [...lists.values()].flat()) expect(parseCidr(block), block).toBeDefined()
  writeFileSync(join(folder, 'own.yaml'), 'private_networks: [10.0.0.0/8]\n')
  const both = loadLists([OWN_LISTS, folder]).lists
  expect(both.get('private_networks')).toEqual(['10.0.0.0/8'])
  expect(both.get('loopback_networks')).toEqual(lists.get('loopback_networks'))
})

test.each<[string, number, number]>([
  ['- a\n', 1, 1],
  ['a: x\n', 1, 4],
  ['a: [x, {y: z}]\n', 1, 8],
  ['a: [x, yes]\n', 1, 8],
  ['a: [1.5]\n', 1, 5],
  ['a: [x]\n"b c": [y]\n', 2, 1],
  ['a: [x]\n---\na: [y]\n', 3, 1],
])('%j is no file of lists, with its place', (content, line, column) => {
  const { problems } = load(content)
  expect(problems.map((p) => [p.code, p.line, p.column])).toEqual([['SIG-051', line, column]])
})

test('a file that is no YAML is named, as is a folder that is not there', () => {
  expect(load('a: [').problems.map((p) => p.code)).toEqual(['SIG-002'])
  expect(() => loadLists([join(folder, 'none')])).toThrow(/none/)
})

test('match runs a rule with its list and refuses it without', async () => {
  const rules = mkdtempSync(join(tmpdir(), 'suidun-list-rules-'))
  writeFileSync(
    join(rules, 'a.yml'),
    "title: t\nid: a\nlevel: low\nlogsource: {category: c}\ndetection:\n  s:\n    F|expand: '%Admins%'\n  condition: s\n",
  )
  const { lists } = load('Admins: [root]\n')
  const run = async (given: typeof lists | undefined) => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()]
    const written = Promise.all([text(stdout), text(stderr)])
    const stdin = Readable.from(['{"F":"ROOT"}\n'])
    const options = { rules: [rules], events: '-', pipelines: NO_PIPELINES, stdin, stdout, stderr }
    const code = await matchFile(given === undefined ? options : { ...options, lists: given })
    stdout.end()
    stderr.end()
    return [code, ...(await written)]
  }
  expect((await run(lists)).slice(0, 2)).toEqual([0, '{"line":1,"rules":["a"]}\n'])
  const [code, , err] = await run(undefined)
  expect(code).toBe(2)
  expect(err).toContain('a.yml:7:15 SIG-023 there is no list "Admins"')
  rmSync(rules, { recursive: true })
})
