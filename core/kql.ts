import type { Problem } from './errors.ts'
import type { FieldRef, Scalar } from './event.ts'
import { ALL, ANY, and, type Filter, not, or, type Pattern, RAW_LINE } from './filter.ts'
import { problemAt, type SignToken, type TextToken, type Token, tokenise } from './kqlTokens.ts'
import { EVENT_TYPES, type KqlTypes, type Misfit, rangeFilter, valueFilter } from './kqlValue.ts'
import { literalOf, tidyPattern } from './pattern.ts'
import { patternLeaf } from './patternLeaf.ts'

/** Longest search text, in UTF-16 units. */
export const KQL_LONGEST = 10_000
/** Deepest nesting of brackets and `not`. */
const KQL_DEEPEST = 50

export interface KqlResult {
  /** What the text asks for; `undefined` where there is a problem. No text asks for everything. */
  readonly filter: Filter | undefined
  readonly problems: readonly Problem[]
}

/**
 * Reads search text in KQL as Kibana's users know it: `field: value`, `field: (a or b)`, `field: *`, `field >= 10`,
 * words without a field (of events sought in the raw line too), `*` wildcards, "quotes", `\` escapes, `and`/`or`/`not` in any case (`and` binds tighter),
 * brackets. Values are compared case folded. `now` (milliseconds) allows date math such as `now-15m`; `types` says how the
 * fields' values are read (those of events, unless told otherwise).
 */
export function parseKql(text: string, options: { readonly now?: number; readonly types?: KqlTypes } = {}): KqlResult {
  if (text.length > KQL_LONGEST) return refuse(problemAt('KQL-104', text, KQL_LONGEST, { limit: KQL_LONGEST }))
  const tokens = tokenise(text)
  if (!Array.isArray(tokens)) return refuse(tokens as Problem)
  if (tokens.length === 0) return { filter: ALL, problems: [] }
  try {
    return { filter: new KqlParser(text, tokens, options).whole(), problems: [] }
  } catch (e) {
    if (e instanceof Refusal) return refuse(e.problem)
    throw e
  }
}

function refuse(p: Problem): KqlResult {
  return { filter: undefined, problems: [p] }
}

/** Leaves the recursive descent; never leaves this file. */
class Refusal extends Error {
  readonly problem: Problem
  constructor(p: Problem) {
    super(p.message)
    this.problem = p
  }
}

class KqlParser {
  readonly #text: string
  readonly #tokens: readonly Token[]
  readonly #reading: { readonly now: number | undefined; readonly types: KqlTypes }
  #at = 0
  #depth = 0

  constructor(text: string, tokens: readonly Token[], options: { readonly now?: number; readonly types?: KqlTypes }) {
    this.#text = text
    this.#tokens = tokens
    this.#reading = { now: options.now, types: options.types ?? EVENT_TYPES }
  }

  whole(): Filter {
    const filter = this.#or(() => this.#expression())
    const next = this.#tokens[this.#at]
    if (next !== undefined) throw this.#unexpected(next)
    return filter
  }

  #or(operand: () => Filter): Filter {
    const of = [this.#and(operand)]
    while (this.#takeKeyword('or')) of.push(this.#and(operand))
    return orOf(of)
  }

  #and(operand: () => Filter): Filter {
    const of = [this.#not(operand)]
    while (this.#takeKeyword('and')) of.push(this.#not(operand))
    return and(...of)
  }

  #not(operand: () => Filter): Filter {
    if (this.#takeKeyword('not')) return this.#deeper(() => not(this.#not(operand)))
    const open = this.#tokens[this.#at]
    if (!isSign(open, '(')) return operand()
    this.#at++
    const inside = this.#deeper(() => this.#or(operand))
    const close = this.#tokens[this.#at]
    if (close === undefined) throw this.#refusal('KQL-102', this.#text.trimEnd().length)
    if (!isSign(close, ')')) throw this.#unexpected(close)
    this.#at++
    return inside
  }

  /** `field: value`, `field > value`, or words without a field. */
  #expression(): Filter {
    const token = this.#tokens[this.#at]
    if (token?.type !== 'word' && token?.type !== 'quoted') throw this.#missing(token)
    const sign = this.#tokens[this.#at + 1]
    if (sign?.type !== 'sign' || sign.sign === '(' || sign.sign === ')') return this.#freeText()
    if (sign.sign === '{' || sign.sign === '}') throw this.#unexpected(sign)
    const field = literalOf(token.pattern)
    if (field === undefined) throw this.#refusal('KQL-109', token.start)
    this.#at += 2
    return sign.sign === ':' ? this.#values(field, sign) : this.#range(field, sign)
  }

  #values(field: string, sign: SignToken): Filter {
    const next = this.#tokens[this.#at]
    if (isSign(next, '(')) return this.#not(() => this.#value(field, sign))
    return this.#value(field, sign)
  }

  #value(field: string, sign: SignToken): Filter {
    const tokens = this.#texts(sign)
    const words = tokens.map((t) => t.pattern)
    const { whole, start } = this.#joined(tokens)
    return this.#fitting(valueFilter(field, words, whole, this.#reading), field, start, whole)
  }

  #range(field: string, sign: SignToken): Filter {
    const tokens = this.#texts(sign)
    const { whole, start } = this.#joined(tokens)
    const literal = literalOf(whole)
    if (literal === undefined) throw this.#refusal('KQL-101', start, { found: '"*"' })
    const quoted = tokens[0]!.type === 'quoted'
    const op = sign.sign as '<' | '<=' | '>' | '>='
    return this.#fitting(rangeFilter(field, op, literal, { quoted, ...this.#reading }), field, start, whole)
  }

  #freeText(): Filter {
    const words = this.#texts(undefined).map(({ pattern }) => tidyPattern(pattern))
    const hasLine = this.#reading.types(RAW_LINE) !== undefined
    return or(...words.map((word) => (hasLine ? wordFilter(word) : keywordOf(word))))
  }

  /** One quoted text, or the words that stand side by side. */
  #texts(sign: SignToken | undefined): TextToken[] {
    const first = this.#tokens[this.#at]
    if (first?.type !== 'word' && first?.type !== 'quoted') {
      if (sign === undefined || (first !== undefined && first.type !== 'keyword' && !isSign(first, ')')))
        throw this.#missing(first)
      throw this.#refusal('KQL-106', sign.start, { operator: sign.sign })
    }
    const texts: TextToken[] = []
    for (;;) {
      const token = this.#tokens[this.#at]
      if (token?.type !== 'word' && token?.type !== 'quoted') break
      if (texts.length > 0 && (token.type === 'quoted' || first.type === 'quoted'))
        throw this.#refusal('KQL-111', token.start)
      texts.push(token)
      this.#at++
    }
    const next = this.#tokens[this.#at]
    if (next?.type === 'sign' && next.sign !== ')' && texts.length > 1) {
      throw this.#refusal('KQL-111', texts.at(-1)!.start)
    }
    return texts
  }

  /** Words with the blanks that stand between them. */
  #joined(tokens: readonly TextToken[]): { whole: Pattern; start: number } {
    const whole = tokens.flatMap((t, i) =>
      i === 0 ? t.pattern : [this.#text.slice(tokens[i - 1]!.end, t.start), ...t.pattern],
    )
    return { whole, start: tokens[0]!.start }
  }

  #fitting(result: Filter | Misfit, field: string, start: number, whole: Pattern): Filter {
    if (!('misfit' in result)) return result
    const code = { time: 'KQL-107', number: 'KQL-108', address: 'KQL-110', rank: 'KQL-113' } as const
    throw this.#refusal(code[result.misfit], start, { field, value: literalOf(whole) ?? '*' })
  }

  #deeper(inner: () => Filter): Filter {
    if (++this.#depth > KQL_DEEPEST)
      throw this.#refusal('KQL-105', this.#tokens[this.#at - 1]!.start, { limit: KQL_DEEPEST })
    const result = inner()
    this.#depth--
    return result
  }

  #takeKeyword(keyword: 'and' | 'or' | 'not'): boolean {
    const token = this.#tokens[this.#at]
    if (token?.type !== 'keyword' || token.keyword !== keyword) return false
    this.#at++
    return true
  }

  #missing(token: Token | undefined): Refusal {
    if (token === undefined) return this.#refusal('KQL-112', this.#text.length)
    if (token.type === 'keyword' || isSign(token, ')')) return this.#refusal('KQL-112', token.start)
    return this.#unexpected(token)
  }

  #unexpected(token: Token): Refusal {
    if (token.type === 'word' || token.type === 'quoted' || token.type === 'keyword' || isSign(token, '('))
      return this.#refusal('KQL-111', token.start)
    return this.#refusal('KQL-101', token.start, { found: `"${this.#text.slice(token.start, token.end)}"` })
  }

  #refusal(
    code: Parameters<typeof problemAt>[0],
    offset: number,
    details: Record<string, string | number> = {},
  ): Refusal {
    return new Refusal(problemAt(code, this.#text, offset, details))
  }
}

function keywordOf(word: Pattern): Filter {
  return word.length === 1 && word[0] === ANY ? ALL : { op: 'keyword', pattern: word, cased: false }
}

/** What a word without a field asks of events: it stands in some value, or in the raw line. */
export function wordFilter(word: Pattern): Filter {
  return or(keywordOf(word), patternLeaf([RAW_LINE], tidyPattern([ANY, ...word, ANY])))
}

function isSign(token: Token | undefined, sign: SignToken['sign']): boolean {
  return token?.type === 'sign' && token.sign === sign
}

/** `or`, with equal comparisons of one field gathered into one `in`. */
function orOf(of: readonly Filter[]): Filter {
  const values: NonNullable<Scalar>[] = []
  let field: FieldRef | undefined
  for (const f of of) {
    if (f.op !== 'term' || (field !== undefined && f.field[0] !== field[0])) return or(...of)
    field = f.field
    values.push(f.value)
  }
  return field === undefined || of.length === 1 ? or(...of) : { op: 'in', field, values, cased: false }
}
