import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { phraseZh } from '../../core/messages/phrases.ts'

const root = join(import.meta.dirname, '../..')
/** Where what is wrong with a rule, and with what is imported, is put in words. */
const FOLDERS = ['detection/sigma', 'detection/admin']
const FILES = ['app/ruleLoading/unpack.ts', 'api/http/ruleImport.ts']
const SAID = [
  /\b(?:expected|found|problem|limit):\s+(['`])((?:(?!\1).)*)\1/g,
  /\b(?:fail|refuse|refused|broken|tooMuch)\((['`])((?:(?!\1).)*)\1\)/g,
]

test('every phrase with which a rule or an import is refused has a Chinese one', () => {
  const files = [
    ...FOLDERS.flatMap((folder) => readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)),
    ...FILES,
  ]
  const said = files.flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    return SAID.flatMap((pattern) => [...source.matchAll(pattern)].map((m) => m[2]!.replace(/\$\{[^}]*\}/g, '7')))
  })
  expect(said.length).toBeGreaterThan(50)
  expect(said.filter((text) => /[a-z]{2}/.test(text) && phraseZh(text) === text)).toEqual([])
})

test('what is no phrase, or too long for one, stays as it is', () => {
  for (const text of ['', 'whatever somebody wrote', `${'a is larger than '.repeat(50_000)}7 MiB`])
    expect(phraseZh(text)).toBe(text)
})
