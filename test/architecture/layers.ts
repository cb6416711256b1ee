import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve, sep } from 'node:path'

/** Which folder may import which (docs/architecture.md); `*` = everything. The folder itself is always allowed. */
const MAY: Readonly<Record<string, readonly string[] | '*'>> = {
  core: [],
  inventory: ['core'],
  collectors: ['core'],
  detection: ['core'],
  response: ['core'],
  compliance: ['core'],
  policies: ['core'],
  store: ['core'],
  demo: ['core'],
  api: ['core', 'inventory', 'collectors', 'detection', 'response', 'compliance', 'policies'],
  console: [],
  app: '*',
  test: '*',
  bench: '*',
  bin: '*',
}

/** Folders whose files may be reached from outside only through `index.ts`; core's are each public. */
const FRONTED = ['inventory', 'collectors', 'detection', 'response', 'compliance', 'policies', 'store', 'api', 'demo']

export interface Violation {
  readonly file: string
  readonly imports: string
  readonly why: string
}

/** Checks the relative imports of one file of the tree. */
export function violationsOf(root: string, file: string, source: string): Violation[] {
  const from = relative(root, file).split(sep)[0]!
  const out: Violation[] = []
  for (const m of source.matchAll(/(?:from\s+|import\s*\(\s*|import\s+)(['"])(\.{1,2}\/[^'"]+)\1/g)) {
    const target = resolve(dirname(file), m[2]!)
    const path = relative(root, target).split(sep)
    const to = path[0]!
    if (to === from || to === '..') continue
    const may = MAY[from]
    if (may === undefined) continue
    if (may !== '*' && !may.includes(to)) out.push({ file, imports: m[2]!, why: `${from}/ may not import ${to}/` })
    else if (from !== 'test' && from !== 'bench' && from !== 'app' && FRONTED.includes(to) && path[1] !== 'index.ts')
      out.push({ file, imports: m[2]!, why: `${to}/ is reached through its index.ts only` })
  }
  return out
}

/** Every source file below the root that belongs to a layer. */
export function* sources(root: string): Generator<string> {
  for (const folder of Object.keys(MAY)) yield* walk(join(root, folder))
}

function* walk(folder: string): Generator<string> {
  let entries: import('node:fs').Dirent[]
  try {
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    return
  }
  for (const e of entries) {
    const path = join(folder, e.name)
    if (e.isDirectory() && e.name !== 'node_modules') yield* walk(path)
    else if (/\.(ts|tsx|mjs)$/.test(e.name)) yield path
  }
}

export function allViolations(root: string): Violation[] {
  return [...sources(root)].flatMap((f) => violationsOf(root, f, readFileSync(f, 'utf8')))
}
