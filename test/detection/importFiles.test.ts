import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import type { DocumentStore } from '../../core/ports.ts'
import { importFiles, readManifest, removeRuleFile } from '../../detection/index.ts'
import { platformReader } from '../../policies/index.ts'
import { openDocuments } from '../../store/index.ts'
import { removeFolder, tempFolder } from '../support/server.ts'

const folder = tempFolder('import')
let docs: DocumentStore
let other: DocumentStore
beforeAll(async () => {
  docs = await openDocuments({ path: join(folder, 'd.sqlite') })
  other = await openDocuments({ path: join(folder, 'd.sqlite') })
})
afterAll(async () => {
  await docs.close()
  await other.close()
  removeFolder(folder)
})

const by = (store: DocumentStore) => ({ docs: store, clock: Date.now, reader: platformReader('test') })
const filesOf = (prefix: string, n: number) =>
  Array.from({ length: n }, (_, i) => ({ name: `${prefix}/${i}.yml`, text: `title: ${prefix} ${i}\n` }))

test('imports at once, of several processes too, all count in the end', async () => {
  const done = await Promise.all([
    importFiles(by(docs), filesOf('a', 40)),
    importFiles(by(other), filesOf('b', 40)),
    importFiles(by(docs), filesOf('c', 40)),
    importFiles(by(other), filesOf('a', 40)),
  ])
  const { files } = await readManifest(docs)
  expect(Object.keys(files)).toHaveLength(120)
  // Of the two that bring the same, the later one changes nothing.
  expect(done.map((d) => d.added).reduce((a, b) => a + b)).toBe(120)
  const entries = await docs.count('audit', { scope: EVERYTHING })
  expect(entries).toBe(3)
  for (const [name, { id }] of Object.entries(files)) expect((await docs.get('ruleFile', id))?.doc.name).toBe(name)
})

test('a former text stays where it is: what a rule said then can be looked up', async () => {
  const before = (await readManifest(docs)).files['a/0.yml']!.id
  expect(await importFiles(by(docs), [{ name: 'a/0.yml', text: 'title: new\n' }])).toEqual({
    files: 1,
    added: 0,
    changed: 1,
    unchanged: 0,
  })
  expect((await docs.get('ruleFile', before))?.doc.text).toBe('title: a 0\n')
  expect((await readManifest(docs)).files['a/0.yml']!.id).not.toBe(before)
})

test('a file or a whole folder is removed, and no other', async () => {
  expect(await removeRuleFile(by(docs), 'a/1.yml')).toBe(true)
  expect(await removeRuleFile(by(docs), 'a/1.yml')).toBe(false)
  expect(await removeRuleFile(by(docs), 'a')).toBe(false)
  expect(await removeRuleFile(by(docs), 'b/')).toBe(true)
  expect(Object.keys((await readManifest(docs)).files)).toHaveLength(79)
})

test('names of the language itself are names like others', async () => {
  const names = ['constructor.yml', '__proto__.yml', 'toString/x.yml']
  expect(
    await importFiles(
      by(docs),
      names.map((name) => ({ name, text: 'a: 1\n' })),
    ),
  ).toMatchObject({ added: 3 })
  for (const name of names) expect(Object.hasOwn((await readManifest(docs)).files, name)).toBe(true)
})

test('what an installation holds is bounded', async () => {
  const large = 'x'.repeat(1 << 20)
  const files = Array.from({ length: 129 }, (_, i) => ({ name: `large/${i}.yml`, text: `${large}${i}` }))
  await expect(importFiles(by(docs), files)).rejects.toMatchObject({ code: 'SIG-081' })
  expect(Object.keys((await readManifest(docs)).files).filter((n) => n.startsWith('large/'))).toEqual([])
})
