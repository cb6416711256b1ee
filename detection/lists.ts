import type { Problem } from '../core/errors.ts'
import { findYaml, readText } from './ruleFiles.ts'
import { readDocuments, type SourceDocument } from './sigma/document.ts'
import type { Lists } from './sigma/expand.ts'
import { isMap } from './sigma/readSearch.ts'

/**
 * Loads the lists that placeholders stand for from folders of YAML files: each a map from name to its values. A list in a
 * later folder takes the place of one of the same name. CFG-002 where a folder cannot be read.
 */
export function loadLists(folders: readonly string[]): {
  readonly lists: Lists
  readonly problems: readonly Problem[]
} {
  const lists = new Map<string, readonly string[]>()
  const problems: Problem[] = []
  for (const folder of folders) {
    const here = new Map<string, string>()
    for (const file of findYaml(folder)) {
      const { path } = file
      const text = readText(file, problems)
      const documents = text === undefined ? [] : readDocuments(text, path)
      for (const document of documents) {
        if ('code' in document) problems.push(document)
        else readLists(document, here, lists, problems)
      }
    }
  }
  return { lists, problems }
}

function readLists(
  document: SourceDocument,
  here: Map<string, string>,
  lists: Map<string, readonly string[]>,
  problems: Problem[],
): void {
  const refuse = (what: string, path: readonly (string | number)[], key = false) =>
    void problems.push(document.problem('SIG-051', path, { problem: what }, { key }))
  if (document.value === undefined || document.value === null) return
  if (!isMap(document.value)) {
    refuse('the file must hold a map from names to lists of values', [])
    return
  }
  for (const [name, values] of Object.entries(document.value)) {
    const other = here.get(name)
    if (!/^[^%\s\\]+$/.test(name)) refuse(`"${name}" is no name: no blanks, "%" or backslashes`, [name], true)
    else if (other !== undefined) refuse(`"${name}" already stands in ${other}`, [name], true)
    else if (!Array.isArray(values)) refuse(`"${name}" must be a list of values (an empty one is [])`, [name])
    else {
      const wrong = values.findIndex((v) => typeof v !== 'string' && !Number.isSafeInteger(v))
      if (wrong >= 0) refuse(`a value of "${name}" must be text; put quotes around it`, [name, wrong])
      else {
        here.set(name, document.file)
        lists.set(name, values.map(String))
      }
    }
  }
}
