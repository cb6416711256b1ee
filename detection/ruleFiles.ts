import { type Dirent, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { AppError, type Problem, problem } from '../core/errors.ts'
import { SIDECAR_ENDING } from './sidecar.ts'

/** A file found: where it is, and its name seen from the folder that was given (`/` between parts). */
export interface FoundFile {
  readonly path: string
  readonly name: string
  /** What stands in it, where that is at hand. */
  readonly text?: string
  /** Where it is without links on the way, where that is known. */
  readonly real?: string
}

/** Where rules come from: a folder or file, a pack of files (`PACK_ENDING`), or files at hand. */
export type RuleRoot = string | readonly FoundFile[]

/** Ending of a pack: a file of JSON lines `[name, text]`, in order of name. */
export const PACK_ENDING = '.pack.ndjson'

/**
 * YAML files below a folder (or that one file, with its sidecar; or those of a pack), in order of name; names with a leading dot are
 * passed over, links are followed once. CFG-002 if there is no such file or folder.
 */
export function findYaml(root: RuleRoot): readonly FoundFile[] {
  if (typeof root !== 'string') return root
  let isFile: boolean
  try {
    isFile = statSync(root).isFile()
  } catch {
    throw new AppError('CFG-002', { path: root })
  }
  if (isFile && root.endsWith(PACK_ENDING)) return readPack(root)
  if (isFile) {
    const beside = root.replace(/\.ya?ml$/i, SIDECAR_ENDING)
    const paths = existsSync(beside) && beside !== root ? [root, beside] : [root]
    return paths.map((path) => ({ path, name: path.split(sep).join('/') }))
  }
  const files: FoundFile[] = []
  walk(root, '', files, new Set())
  return files
}

function readPack(path: string): readonly FoundFile[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.flatMap((line) => {
    if (line === '') return []
    const [name, text] = JSON.parse(line) as [string, string]
    return [{ path: name, name, text }]
  })
}

/** `within`: the name of the folder with a `/` behind it, seen from the one that was given. */
function walk(folder: string, within: string, files: FoundFile[], visited: Set<string>): void {
  let real: string
  let entries: Dirent[]
  try {
    real = realpathSync(folder)
    if (visited.has(real)) return
    visited.add(real)
    entries = readdirSync(folder, { withFileTypes: true })
  } catch {
    throw new AppError('CFG-002', { path: folder })
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const { name } = entry
    if (name.startsWith('.')) continue
    const path = join(folder, name)
    const isLink = entry.isSymbolicLink()
    const isFolder = isLink ? statSync(path, { throwIfNoEntry: false })?.isDirectory() : entry.isDirectory()
    if (isFolder === true) walk(path, `${within}${name}/`, files, visited)
    else if (/\.ya?ml$/i.test(name))
      files.push({ path, name: within + name, real: isLink ? realPath({ path, name }) : join(real, name) })
  }
}

/** Files of several roots with their texts, each once; what cannot be read is a problem. CFG-002 for a root that is not there. */
export function readRoots(roots: readonly RuleRoot[]): {
  readonly roots: readonly (readonly FoundFile[])[]
  readonly problems: readonly Problem[]
} {
  const problems: Problem[] = []
  const done = new Set<string>()
  const read = roots.map((root) =>
    findYaml(root).flatMap((file) => {
      if (file.text !== undefined) return [file]
      const before = done.size
      if (done.add(realPath(file)).size === before) return []
      const text = readText(file, problems)
      return text === undefined ? [] : [{ ...file, text }]
    }),
  )
  return { roots: read, problems }
}

/** Where a file is without links on the way; a link that leads nowhere stays itself. */
export function realPath({ path, real }: FoundFile): string {
  if (real !== undefined) return real
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

/** The text of a file, or undefined with a problem (SIG-001) where it cannot be read or is not UTF-8. */
export function readText({ path, text }: FoundFile, problems: Problem[]): string | undefined {
  if (text !== undefined) return text
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (e) {
    const why = e instanceof TypeError ? 'it is not UTF-8' : e instanceof Error ? e.message : String(e)
    problems.push(problem('SIG-001', { problem: why }, { file: path, line: 1, column: 1 }))
    return undefined
  }
}
