import { type ErrorCode, type Problem, problem } from './errors.ts'
import { ANY, type Pattern } from './filter.ts'

/** A word or quoted text: `pattern` has its escapes resolved, `*` as ANY. Positions are UTF-16 offsets. */
export interface TextToken {
  readonly type: 'word' | 'quoted'
  readonly pattern: Pattern
  readonly start: number
  readonly end: number
}

export interface SignToken {
  readonly type: 'sign'
  readonly sign: '(' | ')' | ':' | '<' | '<=' | '>' | '>=' | '{' | '}'
  readonly start: number
  readonly end: number
}

/** `and`, `or`, `not` in any case, when neither quoted nor escaped. */
interface KeywordToken {
  readonly type: 'keyword'
  readonly keyword: 'and' | 'or' | 'not'
  readonly start: number
  readonly end: number
}

export type Token = TextToken | SignToken | KeywordToken

/** Cuts KQL text into tokens, or names the first problem. */
export function tokenise(text: string): readonly Token[] | Problem {
  const tokens: Token[] = []
  let at = 0
  while (at < text.length) {
    const c = text[at]!
    if (isSpace(c)) at++
    else if (c === '"') {
      const token = readQuoted(text, at)
      if (token === undefined) return problemAt('KQL-103', text, at)
      tokens.push(token)
      at = token.end
    } else {
      const token = SIGNS.has(c) ? readSign(text, at) : readWord(text, at)
      tokens.push(token)
      at = token.end
    }
  }
  return tokens
}

/** A problem at an offset of the text: `{position}` counts characters of the whole text from 1. */
export function problemAt(
  code: Extract<ErrorCode, `KQL-${number}`>,
  text: string,
  offset: number,
  details: Readonly<Record<string, string | number>> = {},
): Problem {
  const before = text.slice(0, offset)
  const lines = before.split('\n')
  const place = { line: lines.length, column: [...lines.at(-1)!].length + 1 }
  return problem(code, { position: [...before].length + 1, ...details }, place)
}

const SIGNS = new Set('():<>{}')

function isSpace(c: string): boolean {
  return c.trim() === ''
}

function readSign(text: string, start: number): SignToken {
  const c = text[start]!
  const double = (c === '<' || c === '>') && text[start + 1] === '='
  const end = start + (double ? 2 : 1)
  return { type: 'sign', sign: text.slice(start, end) as SignToken['sign'], start, end }
}

function readQuoted(text: string, start: number): TextToken | undefined {
  let value = ''
  let at = start + 1
  while (at < text.length) {
    const c = text[at]!
    if (c === '"') return { type: 'quoted', pattern: [value], start, end: at + 1 }
    if (c === '\\') {
      const read = readEscape(text, at, '\\"')
      value += read.text
      at = read.end
    } else {
      value += c
      at++
    }
  }
  return undefined
}

function readWord(text: string, start: number): TextToken | KeywordToken {
  const pattern: (string | typeof ANY)[] = []
  let literal = ''
  let at = start
  while (at < text.length) {
    const c = text[at]!
    if (c === '*') {
      pattern.push(literal, ANY)
      literal = ''
      at++
    } else if (c === '\\') {
      const read = readEscape(text, at, '\\():<>"*{}')
      literal += read.text
      at = read.end
    } else if (c === '"' || SIGNS.has(c) || isSpace(c)) break
    else {
      literal += c
      at++
    }
  }
  const raw = text.slice(start, at).toLowerCase()
  if (raw === 'and' || raw === 'or' || raw === 'not') return { type: 'keyword', keyword: raw, start, end: at }
  pattern.push(literal)
  return { type: 'word', pattern: pattern.filter((p) => p !== ''), start, end: at }
}

const WHITE: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' }

/** What a backslash stands for; before anything that needs no escape it is itself (`C:\Windows` pasted). */
function readEscape(text: string, at: number, special: string): { text: string; end: number } {
  const next = text[at + 1] ?? ''
  if (next !== '' && special.includes(next)) return { text: next, end: at + 2 }
  if (next in WHITE && next !== '') return { text: WHITE[next]!, end: at + 2 }
  const unicode = /^u([0-9a-fA-F]{4})/.exec(text.slice(at + 1, at + 6))
  if (unicode !== null) return { text: String.fromCharCode(Number.parseInt(unicode[1]!, 16)), end: at + 6 }
  const keyword = /^(?:and|or|not)(?![^\s():<>"{}])/i.exec(text.slice(at + 1, at + 5))
  if (keyword !== null) return { text: keyword[0], end: at + 1 + keyword[0].length }
  return { text: '\\', end: at + 1 }
}
