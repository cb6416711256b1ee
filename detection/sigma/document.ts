import { boolYaml11Tag, load, loadAll, NOT_RESOLVED, YAML11_SCHEMA, YAMLException } from 'js-yaml'
import { isCollection, isScalar, LineCounter, parseAllDocuments } from 'yaml'
import { type ErrorCode, type Place, type Problem, problem } from '../../core/errors.ts'

/** Where something stands in a document: keys and indices from its top. */
export type Path = readonly (string | number)[]

/** One YAML document of a file. Values are YAML 1.1 as Sigma demands; positions are found only when somebody asks. */
export interface SourceDocument {
  readonly value: unknown
  readonly text: string
  readonly file: string
  /** The place of a node (or, with `key`, of its key); of the nearest node above where there is none. */
  place(path: Path, at?: { readonly key?: boolean; readonly offset?: number }): Place
  problem(
    code: ErrorCode,
    path: Path,
    details?: Readonly<Record<string, string | number>>,
    at?: { readonly key?: boolean; readonly offset?: number; readonly severity?: Problem['severity'] },
  ): Problem
}

/** Largest rule file, UTF-16 units. */
const LARGEST = 2_000_000

/** YAML 1.1 as Sigma's own tools read it: `yes` and `on` are booleans, the letters `y` and `n` alone are text. */
const SCHEMA = YAML11_SCHEMA.withTags({
  ...boolYaml11Tag,
  resolve: (source, isExplicit, tagName) =>
    source.length === 1 ? NOT_RESOLVED : boolYaml11Tag.resolve(source, isExplicit, tagName),
})

/** Reads all documents of a YAML text; in place of one that cannot be read stands what is wrong with it. */
export function readDocuments(text: string, file: string): readonly (SourceDocument | Problem)[] {
  const top = { file, line: 1, column: 1 }
  if (text.length > LARGEST) return [problem('SIG-008', { limit: `${LARGEST} characters` }, top)]
  const whole = readPart({ text, before: 0 }, file)
  const parts = ('code' in whole ? readApart(text, file) : undefined) ?? [whole]
  const most = Math.max(text.length, 10_000)
  const values = parts.flatMap((p) => ('code' in p ? [] : p.values))
  if (text.includes('&') && isBeyond(values, most))
    return [problem('SIG-008', { limit: `${most} values, its aliases written out` }, top)]
  return parts.flatMap((p): readonly (SourceDocument | Problem)[] => ('code' in p ? [p] : documentsOf(p, text, file)))
}

/** Documents of a text that may be no YAML for the others still to be read. */
const MOST_WRONG = 1000

/** A stretch of a text that holds whole documents. */
interface Part {
  readonly text: string
  /** Lines before it. */
  readonly before: number
}

interface ReadPart extends Part {
  readonly values: readonly unknown[]
}

/** Reads each document by itself; undefined where so many cannot be read that it is no file of rules. */
function readApart(text: string, file: string): readonly (ReadPart | Problem)[] | undefined {
  const parts: (ReadPart | Problem)[] = []
  let wrong = 0
  for (const part of partsOf(text)) {
    const read = readPart(part, file)
    if ('code' in read && ++wrong > MOST_WRONG) return undefined
    parts.push(read)
  }
  return parts
}

/** Cut before each `---` at the beginning of a line, which begins a document wherever it stands. */
function partsOf(text: string): readonly Part[] {
  let before = 0
  return text.split(/(?<=\n|\r)(?=---(?:\s|$))/).map((part) => {
    const from = before
    before += part.match(/\r\n?|\n/g)?.length ?? 0
    return { text: part, before: from }
  })
}

function readPart(part: Part, file: string): ReadPart | Problem {
  const { text, before } = part
  try {
    if (!/^[^\S\n]*[^\s#]/m.test(text)) return { ...part, values: [undefined] }
    const isOne = !/[\n\r](?:---|\.\.\.)/.test(text)
    return { ...part, values: isOne ? [load(text, { schema: SCHEMA })] : loadAll(text, { schema: SCHEMA }) }
  } catch (e) {
    if (!(e instanceof YAMLException)) throw e
    const place = { file, line: (e.mark?.line ?? 0) + 1 + before, column: (e.mark?.column ?? 0) + 1 }
    return problem('SIG-002', { problem: e.reason }, place)
  }
}

function documentsOf(part: ReadPart, text: string, file: string): readonly SourceDocument[] {
  const positions = new Positions(part.text)
  return part.values.map((value, index): SourceDocument => {
    const place: SourceDocument['place'] = (path, at = {}) => {
      const { line, column } = positions.find(index, path, at)
      return { file, line: line + part.before, column }
    }
    return {
      value,
      text,
      file,
      place,
      problem: (code, path, details = {}, at = {}) => problem(code, details, place(path, at), at.severity),
    }
  })
}

/** Whether there are more values than that, each alias counted as what it stands for: text without aliases never has. */
function isBeyond(values: unknown, most: number): boolean {
  const stack = [values]
  for (let count = 0; stack.length > 0; count++) {
    if (count + stack.length > most) return true
    const next = stack.pop()
    if (typeof next === 'object' && next !== null) for (const inner of Object.values(next)) stack.push(inner)
  }
  return false
}

class Positions {
  readonly #text: string
  readonly #lines = new LineCounter()
  #documents: ReturnType<typeof parseAllDocuments> | undefined

  constructor(text: string) {
    this.#text = text
  }

  find(
    index: number,
    path: Path,
    at: { readonly key?: boolean; readonly offset?: number },
  ): { line: number; column: number } {
    this.#documents ??= parseAllDocuments(this.#text, { lineCounter: this.#lines, uniqueKeys: false, version: '1.1' })
    const root = Array.isArray(this.#documents) ? this.#documents[index]?.contents : undefined
    let node: unknown = root
    let start = rangeOf(root)?.[0] ?? 0
    for (const [i, step] of path.entries()) {
      const last = i === path.length - 1
      const pair = isCollection(node) ? pairOf(node.items, step) : undefined
      if (pair === undefined) break
      const range = rangeOf(last && at.key === true ? pair.key : pair.value) ?? rangeOf(pair.key)
      node = last && at.key === true ? pair.key : pair.value
      start = range?.[0] ?? start
    }
    const { line, col } = this.#lines.linePos(start + this.#inside(node, start, at.offset))
    return { line: Math.max(1, line), column: Math.max(1, col) }
  }

  /** How far inside a scalar an offset of its value stands, where it is written on one line without folding. */
  #inside(node: unknown, start: number, offset: number | undefined): number {
    if (offset === undefined || !isScalar(node) || typeof node.value !== 'string') return 0
    const quote = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' ? 1 : 0
    return this.#text.startsWith(node.value, start + quote) ? quote + offset : 0
  }
}

function pairOf(items: readonly unknown[], step: string | number): { key: unknown; value: unknown } | undefined {
  if (typeof step === 'number') {
    const value = items[step]
    return value === undefined ? undefined : { key: value, value }
  }
  for (const item of items) {
    const pair = item as { key?: unknown; value?: unknown }
    const key = isScalar(pair.key) ? (pair.key.source ?? String(pair.key.value)) : undefined
    if (key === step || (isScalar(pair.key) && String(pair.key.value) === step))
      return { key: pair.key, value: pair.value }
  }
  return undefined
}

function rangeOf(node: unknown): readonly number[] | undefined {
  return (node as { range?: readonly number[] } | null | undefined)?.range ?? undefined
}
