import { type Problem, problem } from '../core/errors.ts'
import { applyFilters } from './applyFilters.ts'
import { type CompiledRule, compileRule } from './compile.ts'
import { type LinkedCorrelation, linkCorrelations } from './linkCorrelations.ts'
import { createPipelines, type PipelineSource, type Pipelines, readPipeline } from './pipeline.ts'
import { type FoundFile, findYaml, type RuleRoot, readText, realPath } from './ruleFiles.ts'
import { readSidecar, SIDECAR_ENDING, type Sidecar } from './sidecar.ts'
import type { Checked } from './sigma/checking.ts'
import type { SigmaCorrelation } from './sigma/correlation.ts'
import { readDocuments } from './sigma/document.ts'
import { type Lists, NO_LISTS } from './sigma/expand.ts'
import { readDocument, type SigmaDocument } from './sigma/readDocument.ts'
import type { SigmaFilter, SigmaRule } from './sigma/types.ts'

/** A rule ready to run, with what stands beside it. */
export interface LoadedRule extends CompiledRule {
  readonly sidecar: Sidecar | undefined
  /** Whether its matches raise signals: not those of a rule that a correlation without `generate` is made of. */
  readonly signals: boolean
}

/** A correlation ready to run, with what stands beside it. */
export interface LoadedCorrelation extends LinkedCorrelation {
  readonly sidecar: Sidecar | undefined
  /** Whether its firings raise signals: not those of one that another correlation without `generate` is made of. */
  readonly signals: boolean
}

export interface LoadedRules {
  readonly rules: readonly LoadedRule[]
  /** Each after the correlations that it is made of. */
  readonly correlations: readonly LoadedCorrelation[]
  /** Sigma filters, acting or not. */
  readonly filters: readonly SigmaFilter[]
  /** Documents that were refused. */
  readonly refused: number
  /** The same by the path of their file. */
  readonly refusedIn: ReadonlyMap<string, number>
  /** Every error and warning, in order of files. */
  readonly problems: readonly Problem[]
}

/**
 * Loads every Sigma rule below the folders (or files), with sidecars and filters; goes on after a problem to find the next. A rule
 * with an error is not among the rules. `lists` is what placeholders stand for. CFG-002 where a folder cannot be read.
 */
export function loadRules(roots: readonly RuleRoot[], pipelines: Pipelines, lists: Lists = NO_LISTS): LoadedRules {
  const steps = loadingRules(roots, pipelines, lists)
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}

/** The same in steps of about a file each, for who has other things to do in between: thousands of rules take long. */
export function* loadingRules(
  roots: readonly RuleRoot[],
  pipelines: Pipelines,
  lists: Lists = NO_LISTS,
): Generator<void, LoadedRules> {
  const rules: { readonly rule: SigmaRule; readonly sidecar: Sidecar | undefined }[] = []
  const correlations: SigmaCorrelation[] = []
  const besides = new Map<string, Sidecar | undefined>()
  const filters: SigmaFilter[] = []
  const problems: Problem[] = []
  const byId = new Map<string, string>()
  const done = new Set<string>()
  const refusedIn = new Map<string, number>()
  const refuse = (path: string, count = 1) => void refusedIn.set(path, (refusedIn.get(path) ?? 0) + count)
  for (const root of roots) {
    const files = findYaml(root)
    const sidecars = new Map(files.filter(isSidecar).map((f) => [f.path.slice(0, -SIDECAR_ENDING.length), f]))
    for (const file of files) {
      if (isSidecar(file) || (file.text === undefined && isDone(file, done))) continue
      const stem = file.path.replace(/\.ya?ml$/i, '')
      const beside = sidecars.get(stem)
      sidecars.delete(stem)
      const sidecar = beside === undefined ? undefined : takeSidecar(beside, problems)
      const read = readFile(file, lists, problems)
      if (read.refused > 0) refuse(file.path, read.refused)
      // Beside a file that holds a correlation, the sidecar is that of its last one.
      const last = read.documents.findLast((d) => d.kind === 'correlation')
      for (const document of read.documents) {
        const { id } = headOf(document)
        const other = byId.get(id)
        if (other !== undefined) {
          problems.push(problem('SIG-007', { id, other }, { file: file.path, line: 1, column: 1 }))
          refuse(file.path)
          continue
        }
        byId.set(id, file.path)
        if (document.kind === 'rule')
          rules.push({ rule: document.rule, sidecar: last === undefined ? sidecar : undefined })
        else if (document.kind === 'correlation') {
          correlations.push(document.correlation)
          besides.set(id, document === last ? sidecar : undefined)
        } else filters.push(document.filter)
      }
      yield
    }
    for (const lonely of sidecars.values()) {
      problems.push(problem('SIG-042', { path: lonely.name }, { file: lonely.path, line: 1, column: 1 }))
    }
  }
  const alone = rules.map((r) => r.rule)
  const applied = applyFilters(alone, filters)
  const linked = linkCorrelations(alone, correlations)
  problems.push(...namesakes([...alone, ...correlations]), ...applied.problems, ...linked.problems)
  for (const c of correlations) if (!linked.correlations.some((l) => l.correlation.id === c.id)) refuse(c.file)
  const loaded: LoadedRule[] = []
  for (const { rule, sidecar } of rules) {
    const compiled = compileRule(rule, pipelines, applied.filtersOf(rule))
    loaded.push({ ...compiled, sidecar, signals: !linked.silent.has(rule.id) })
    yield
  }
  return {
    rules: loaded,
    correlations: linked.correlations.map((c) => ({
      ...c,
      sidecar: besides.get(c.correlation.id),
      signals: !linked.silent.has(c.correlation.id),
    })),
    filters,
    refused: [...refusedIn.values()].reduce((sum, n) => sum + n, 0),
    refusedIn,
    problems,
  }
}

function headOf(document: SigmaDocument): Pick<SigmaRule, 'id'> {
  switch (document.kind) {
    case 'rule':
      return document.rule
    case 'filter':
      return document.filter
    case 'correlation':
      return document.correlation
  }
}

/** Names are for references and must be one rule's alone. */
function namesakes(rules: readonly Pick<SigmaRule, 'name' | 'file'>[]): readonly Problem[] {
  const byName = new Map<string, string>()
  return rules.flatMap(({ name, file }) => {
    const other = name === undefined ? undefined : byName.get(name)
    if (name === undefined || other === undefined) {
      if (name !== undefined) byName.set(name, file)
      return []
    }
    return [problem('SIG-038', { name, other }, { file, line: 1, column: 1 }, 'warning')]
  })
}

/** Whether a file was met before, by this or another path. */
function isDone(file: FoundFile, done: Set<string>): boolean {
  const before = done.size
  return done.add(realPath(file)).size === before
}

function isSidecar(file: FoundFile): boolean {
  return file.path.endsWith(SIDECAR_ENDING)
}

function readFile(file: FoundFile, lists: Lists, problems: Problem[]) {
  const none: { documents: SigmaDocument[]; refused: number } = { documents: [], refused: 1 }
  const text = readText(file, problems)
  if (text === undefined) return none
  const documents = readDocuments(text, file.path)
  const present = documents.filter((d, i) => i === 0 || 'code' in d || (d.value !== null && d.value !== undefined))
  const results = present.map((d, i): Checked<SigmaDocument> => {
    if ('code' in d) return { value: undefined, problems: [d] }
    return readDocument(d, i === 0 ? file.name : `${file.name}#${i + 1}`, lists)
  })
  for (const r of results) problems.push(...r.problems)
  const read = results.flatMap((r) => (r.value === undefined ? [] : [r.value]))
  return { documents: read, refused: results.length - read.length }
}

function takeSidecar(file: FoundFile, problems: Problem[]): Sidecar | undefined {
  const text = readText(file, problems)
  const sidecar = text === undefined ? undefined : readSidecar(text, file.path)
  if (sidecar === undefined || !('code' in sidecar)) return sidecar
  problems.push(sidecar)
  return undefined
}

/** Loads the pipeline files of a folder. */
export function loadPipelines(folder: string): {
  readonly pipelines: Pipelines
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const sources: PipelineSource[] = []
  for (const file of findYaml(folder)) {
    const text = readText(file, problems)
    const source = text === undefined ? undefined : readPipeline(text, file.path)
    if (source === undefined) continue
    if ('code' in source) problems.push(source)
    else sources.push(source)
  }
  return { pipelines: createPipelines(sources), problems }
}
