import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { allViolations, sources, violationsOf } from './layers.ts'

const root = resolve(import.meta.dirname, '../..')

describe('the layers', () => {
  test('hold throughout the tree', () => {
    expect([...sources(root)].length).toBeGreaterThan(50)
    expect(allViolations(root)).toEqual([])
  })

  test.each([
    ['core/planted.ts', "import { x } from '../store/index.ts'"],
    ['detection/planted.ts', "import type { x } from '../collectors/index.ts'"],
    ['api/planted.ts', "import { openDocuments } from '../store/index.ts'"],
    ['api/planted.ts', "const x = await import('../store/sqlite/openDocuments.ts')"],
    ['console/pages/planted.tsx', "import { fold } from '../../core/fold.ts'"],
    ['api/planted.ts', "import { parse } from '../detection/parse.ts'"],
    ['response/deep/planted.ts', "export * from '../../policies/index.ts'"],
  ])('a planted violation in %s is found: %s', (file, line) => {
    expect(violationsOf(root, join(root, file), line)).toHaveLength(1)
  })

  test('what is allowed is not reported', () => {
    expect(violationsOf(root, join(root, 'api/x.ts'), "import { a } from '../policies/index.ts'")).toEqual([])
    expect(violationsOf(root, join(root, 'store/sqlite/x.ts'), "import { fold } from '../../core/fold.ts'")).toEqual([])
    expect(violationsOf(root, join(root, 'app/x.ts'), "import { a } from '../store/index.ts'")).toEqual([])
  })

  test('every folder that others import has an index.ts', () => {
    const fronted = [
      'inventory',
      'collectors',
      'detection',
      'response',
      'compliance',
      'policies',
      'store',
      'api',
      'demo',
    ]
    expect(fronted.filter((f) => !existsSync(join(root, f, 'index.ts')))).toEqual([])
  })
})

describe('the lock file', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<
      string,
      { optionalDependencies?: Record<string, string>; hasInstallScript?: boolean; resolved?: string }
    >
  }

  test('has an entry of its own for every optional dependency that a package of it names', () => {
    const missing: string[] = []
    for (const [path, p] of Object.entries(lock.packages))
      for (const name of Object.keys(p.optionalDependencies ?? {})) {
        const nested = `${path === '' ? '' : `${path}/`}node_modules/${name}`
        if (lock.packages[nested] === undefined && lock.packages[`node_modules/${name}`] === undefined)
          missing.push(`${path}: ${name}`)
      }
    expect(missing).toEqual([])
  })

  test('holds no package with an install script and no registry address', () => {
    const bad = Object.entries(lock.packages).filter(
      ([, p]) => p.hasInstallScript === true || p.resolved?.startsWith('http'),
    )
    expect(bad.map(([path]) => path)).toEqual([])
  })
})

test('no test is left out or alone', () => {
  const marked = (readdirSync(join(root, 'test'), { recursive: true }) as string[])
    .filter((f) => f.endsWith('.test.ts'))
    .filter((f) => /\b(test|it|describe)\.(only|todo)\(/.test(readFileSync(join(root, 'test', f), 'utf8')))
  expect(marked).toEqual([])
})
