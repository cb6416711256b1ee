import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { ERRORS } from '../../core/errors.ts'
import { PAGES, ROOT, textOf } from './pages.ts'

/** As the usual renderers make an anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replaceAll(' ', '-')

const withoutCode = (text: string) => text.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '')

test('every link of every page leads to a page, and to a heading that it has', () => {
  const broken: string[] = []
  for (const from of PAGES)
    for (const [, target] of withoutCode(textOf(from)).matchAll(/(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue
      const [path, hash] = target!.split('#') as [string, string | undefined]
      const to = path === '' ? from : resolve(ROOT, dirname(from), path)
      if (!existsSync(resolve(ROOT, to))) broken.push(`${from}: ${target}`)
      else if (hash !== undefined) {
        const headings = [...textOf(to).matchAll(/^#+ (.+)$/gm)].map((m) => anchor(m[1]!))
        if (!headings.includes(hash)) broken.push(`${from}: ${target}`)
      }
    }
  expect(broken).toEqual([])
})

test('the README links to every page of docs/', () => {
  const readme = textOf('README.md')
  const pages = PAGES.filter((p) => p.startsWith('docs/'))
  expect(pages.filter((p) => !readme.includes(`](${p})`))).toEqual([])
})

test('every error code that a page names is one', () => {
  const families = [...new Set(Object.keys(ERRORS).map((c) => c.slice(0, 3)))].join('|')
  for (const from of PAGES)
    for (const [code] of textOf(from).matchAll(new RegExp(`\\b(?:${families})-[0-9]{3}\\b`, 'g')))
      expect(Object.keys(ERRORS), `${from} names ${code}`).toContain(code)
})

test('files of the project that pages name are there', () => {
  const named = PAGES.filter((from) => from !== 'CONTRIBUTING.md').flatMap((from) =>
    [
      ...textOf(from).matchAll(
        /`((?:core|collectors|detection|policies|compliance|demo|test|api|store|bin)\/[\w./-]*\w)`/g,
      ),
    ].map((m) => [from, m[1]!] as const),
  )
  expect(named.filter(([, path]) => !existsSync(resolve(ROOT, path)))).toEqual([])
})
