import { integerAt, isObject, type Json, listAt, objectAt, textAt } from './json.ts'
import { isFile, normalisePath, type Roots, rootOf } from './normalisePath.ts'
import type { Reported } from './reported.ts'

interface Place {
  readonly path: string | null
  readonly asset: string
  readonly line: number | null
  readonly snippet: string | undefined
  /** It is about all of a file: a region from the first line over many. */
  readonly whole: boolean
}

/** A region from line 1 over so many lines is a whole file. */
const WHOLE = 5

/** Where the results of a run stand. */
export interface Places {
  of(result: Json): Place
  /** The files that the run says it read; `guess`: it only lists files, without saying why. */
  read(findings: readonly Reported[]): { readonly read: ReadonlySet<string> | undefined; readonly guess: boolean }
}

/** Roles of an artifact that was looked at. */
const LOOKED_AT = new Set(['analysisTarget', 'tracedFile', 'resultFile', 'uncontrolledFile'])

/** Gathers a run's base addresses and files. */
export function placesOf(run: Json): Places {
  const bases = objectAt(run, 'originalUriBaseIds')
  const roots: Roots = [
    ...Object.values(bases).map((b) => textAt(b, 'uri')),
    ...listAt(run, 'invocations').map((i) => textAt(objectAt(i, 'workingDirectory'), 'uri')),
  ]
    .flatMap((uri) => (uri === undefined ? [] : (rootOf(uri) ?? [])))
    .sort((a, b) => b.length - a.length)
  const artifacts = listAt(run, 'artifacts')

  const resolve = (location: Json): string | undefined => {
    const uri = textAt(location, 'uri')
    if (uri === undefined) {
      const index = integerAt(location, 'index')
      const there = index === undefined ? undefined : artifacts[index]
      const inner = objectAt(there, 'location')
      return textAt(inner, 'uri') === undefined ? undefined : resolve(inner)
    }
    return normalisePath(prefixOf(bases, textAt(location, 'uriBaseId')) + uri, roots)
  }

  return {
    of(result) {
      const location = listAt(result, 'locations').find(isObject)
      const physical = objectAt(location, 'physicalLocation')
      const artifact = objectAt(physical, 'artifactLocation')
      const address = resolve(artifact) ?? resolve(objectAt(result, 'analysisTarget')) ?? ''
      const region = objectAt(physical, 'region')
      const line = integerAt(region, 'startLine') ?? null
      const path = isFile(address) ? address : null
      return {
        path,
        asset: path === null ? address || logicalName(run, location) : '',
        line: path === null ? null : line,
        whole: (line ?? 2) <= 1 && (integerAt(region, 'endLine') ?? 1) >= WHOLE,
        snippet: snippetOf(physical, region, line, artifacts[integerAt(artifact, 'index') ?? -1]),
      }
    },
    read(findings) {
      const measured = Object.keys(objectAt(objectAt(run, 'properties'), 'metrics')).filter((k) => !k.startsWith('_'))
      if (measured.length > 0) return { read: new Set(measured.map((k) => normalisePath(k, roots))), guess: false }
      const files = artifacts.filter(isObject).flatMap((a) => {
        const path = resolve(objectAt(a, 'location'))
        return path === undefined ? [] : [{ path, roles: listAt(a, 'roles') }]
      })
      if (files.length === 0) return { read: undefined, guess: false }
      const targets = files.filter((f) => f.roles.includes('analysisTarget'))
      if (targets.length > 0) return { read: new Set(targets.map((f) => f.path)), guess: false }
      const read = new Set(files.filter((f) => f.roles.length === 0 || f.roles.some(isLookedAt)).map((f) => f.path))
      const found = new Set(findings.map((f) => f.path))
      // Some tools list all they read, some only what they mention; a file without a result shows which.
      return { read, guess: [...read].every((path) => found.has(path)) }
    },
  }
}

function isLookedAt(role: unknown): boolean {
  return typeof role === 'string' && LOOKED_AT.has(role)
}

/** The relative part of a base address; absolute ones are roots, which relative paths leave out. */
function prefixOf(bases: Json, id: string | undefined): string {
  let prefix = ''
  let at = id
  for (let i = 0; at !== undefined && i < 8; i++) {
    const base = objectAt(bases, at)
    const uri = textAt(base, 'uri') ?? ''
    if (uri === '' || rootOf(uri) !== undefined || !isFile(uri)) return prefix
    prefix = (uri.endsWith('/') ? uri : `${uri}/`) + prefix
    at = textAt(base, 'uriBaseId')
  }
  return prefix
}

function logicalName(run: Json, location: unknown): string {
  const logical = listAt(location, 'logicalLocations').find(isObject) ?? objectAt(location, 'logicalLocation')
  const index = integerAt(logical, 'index')
  const there = index === undefined ? undefined : listAt(run, 'logicalLocations')[index]
  for (const from of [logical, there])
    for (const key of ['fullyQualifiedName', 'decoratedName', 'name']) {
      const text = textAt(from, key)
      if (text !== undefined) return text
    }
  return ''
}

/** The text of the place: the region's own, else the line out of its surroundings or of the file's embedded contents. */
function snippetOf(physical: Json, region: Json, line: number | null, artifact: unknown): string | undefined {
  const own = textAt(objectAt(region, 'snippet'), 'text')
  if (own !== undefined || line === null) return own
  const context = objectAt(physical, 'contextRegion')
  const around = textAt(objectAt(context, 'snippet'), 'text')
  if (around !== undefined) return lineAt(around, line - (integerAt(context, 'startLine') ?? line))
  const contents = textAt(objectAt(artifact, 'contents'), 'text')
  return contents === undefined ? undefined : lineAt(contents, line - 1)
}

function lineAt(text: string, index: number): string | undefined {
  const line = text.split(/\r\n|\r|\n/)[index]
  return line === undefined || line.trim() === '' ? undefined : line
}
