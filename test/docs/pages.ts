import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'

export const ROOT = resolve(import.meta.dirname, '../..')

/** Every page of the documentation, as paths from the root. */
export const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(resolve(ROOT, 'docs'))
    .filter((f) => f.endsWith('.md'))
    .map((f) => `docs/${f}`),
]

export const textOf = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8')
/** The text of docs/<name>. */
export const page = (name: string): string => textOf(`docs/${name}`)

/** The part of a page from the table whose header is that, up to the blank line behind it: its rows, cell by cell. */
export function table(text: string, ...header: readonly string[]): readonly (readonly string[])[] {
  const lines = text.split('\n')
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|(?=(?:[^`]*`[^`]*`)*[^`]*$)/)
      .map((c) => c.trim())
  const at = lines.findIndex(
    (l) => l.startsWith('|') && cells(l).slice(0, header.length).join('|') === header.join('|'),
  )
  if (at < 0) throw new Error(`no table ${header.join(' | ')}`)
  const end = lines.findIndex((l, i) => i > at && !l.startsWith('|'))
  return lines.slice(at + 2, end < 0 ? undefined : end).map(cells)
}

/** What stands in backticks in a text, in order. */
export const quoted = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map((m) => m[1]!)

/** The fenced blocks of that language. */
export const fences = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((m) => m[1]!)

/** The first cells of all rows whose first cell is one word in backticks. */
export const firstCells = (text: string): string[] => [...text.matchAll(/^\| `([^`]+)` \|/gm)].map((m) => m[1]!)

/** The number that a source file gives a constant: digits, `<<` and `*`. */
export function constant(path: string, name: string): number {
  const m = new RegExp(`\\b${name}(?:: number)? ?[=:] ?([0-9_]+)(?: ?(<<|\\*) ?([0-9_]+))?[,\n;) ]`).exec(textOf(path))
  if (m === null) throw new Error(`no constant ${name} in ${path}`)
  const n = (text: string) => Number(text.replaceAll('_', ''))
  const [, left, sign, right] = m
  return right === undefined ? n(left!) : sign === '*' ? n(left!) * n(right) : n(left!) * 2 ** n(right)
}
