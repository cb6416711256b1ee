import { existsSync } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import type { Config } from '../../core/config.ts'
import { AppError, type Problem } from '../../core/errors.ts'
import {
  type FoundFile,
  type LoadedRule,
  type LoadedRules,
  loadLists,
  loadPipelines,
  loadRules,
  OWN_LISTS,
  OWN_PIPELINES,
  OWN_RULES,
  readManifest,
} from '../../detection/index.ts'
import type { Arguments, Shell } from '../command.ts'
import { openHome, withDocuments } from '../home.ts'
import { text } from '../options.ts'
import { readConfig } from '../readConfig.ts'

export interface NamedCorrelation {
  readonly id: string
  readonly title: string
  readonly type: string
  readonly bases: readonly LoadedRule[]
}

export interface NamedRules {
  /** In the order of the names; of a file or folder in the order of its rules. */
  readonly rules: readonly LoadedRule[]
  /** Correlations with the detection rules below them; these stand among `rules` only where they are named by id. */
  readonly correlations: readonly NamedCorrelation[]
  /** Of the files named, and of lists. */
  readonly problems: readonly Problem[]
}

/**
 * The rules that people name on the command line: files and folders, or ids of our own rules, of the configured folder's and of those imported.
 * Filters of all of these act on them. DOC-404 for a name that is none of this.
 */
export async function namedRules(names: readonly string[], args: Arguments, shell: Shell): Promise<NamedRules> {
  const { config } = readConfig(shell)
  const paths = new Map(
    names.map((n) => [n, resolve(shell.cwd, n)]).filter(([, path]) => existsSync(path!)) as [string, string][],
  )
  const configured = config.rules === undefined ? [] : [resolve(shell.cwd, config.rules)]
  const extra = [config.lists, text(args, 'lists')].flatMap((l) => (l === undefined ? [] : [resolve(shell.cwd, l)]))
  const lists = loadLists([OWN_LISTS, ...extra])
  const roots = [...new Set([...paths.values(), OWN_RULES, ...configured]), await importedFiles(config, shell)]
  const loaded = loadRules(roots, loadPipelines(OWN_PIPELINES).pipelines, lists.lists)
  const rules = new Set<LoadedRule>()
  const correlations = new Set<LoadedRules['correlations'][number]>()
  for (const name of names) {
    const path = paths.get(name)
    const isNamed = (file: string, id: string) => (path === undefined ? id === name : isWithin(file, path))
    const before = rules.size + correlations.size
    for (const r of loaded.rules) if (isNamed(r.rule.file, r.rule.id)) rules.add(r)
    for (const c of loaded.correlations) if (isNamed(c.correlation.file, c.correlation.id)) correlations.add(c)
    if (path === undefined && rules.size + correlations.size === before)
      throw new AppError('DOC-404', { kind: 'rule', id: name })
  }
  const named = [...paths.values()]
  const problems = loaded.problems.filter((p) => named.some((path) => isWithin(p.file, path)))
  const below = new Set([...correlations].flatMap((c) => c.bases))
  return {
    rules: [...rules].filter((r) => names.includes(r.rule.id) || !below.has(r.rule.id)),
    correlations: [...correlations].map((c) => {
      const { id, title, type } = c.correlation
      return { id, title, type, bases: loaded.rules.filter((r) => c.bases.includes(r.rule.id)) }
    }),
    problems: [...lists.problems, ...problems],
  }
}

function isWithin(file: string | undefined, path: string): boolean {
  if (file === undefined) return false
  return file === path || file.startsWith(path.endsWith(sep) ? path : path + sep)
}

/** The files that people imported, where there is a data folder. */
async function importedFiles(config: Config, shell: Shell): Promise<readonly FoundFile[]> {
  if (!existsSync(join(resolve(shell.cwd, config.data), 'documents.sqlite'))) return []
  return await withDocuments(openHome(config, shell.cwd), async (docs) => {
    const { files } = await readManifest(docs)
    const found = await Promise.all(
      Object.entries(files).map(async ([name, { id }]): Promise<FoundFile[]> => {
        const stored = await docs.get('ruleFile', id)
        return stored === undefined ? [] : [{ path: name, name, text: stored.doc.text }]
      }),
    )
    return found.flat()
  })
}
