import type { ErrorCode } from '../../core/errors.ts'
import { ANY } from '../../core/filter.ts'
import { compilePattern } from '../../core/pattern.ts'
import type { Condition } from './types.ts'

export type ConditionProblem = {
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number>>
  /** Offset in the condition's text. */
  readonly offset: number
}

const DEEPEST = 100

interface Word {
  readonly text: string
  readonly at: number
}

/**
 * Reads a condition: `or` < `and` < `not` < `1 of`/`any of`/`all of` < brackets; the words in any case. `them` and
 * patterns leave out identifiers that begin with `_`; such can be named outright.
 */
export function readCondition(text: string, names: readonly string[]): Condition | ConditionProblem {
  const words = [...text.matchAll(/[()|]|[^\s()|]+/g)].map((m): Word => ({ text: m[0], at: m.index }))
  const pipe = words.find((w) => w.text === '|')
  if (pipe !== undefined) return { code: 'SIG-020', details: { what: 'aggregation ("|")' }, offset: pipe.at }
  try {
    return new ConditionParser(text, words, names).whole()
  } catch (e) {
    if (e instanceof Refusal) return e.problem
    throw e
  }
}

class Refusal extends Error {
  readonly problem: ConditionProblem
  constructor(problem: ConditionProblem) {
    super(problem.code)
    this.problem = problem
  }
}

class ConditionParser {
  readonly #text: string
  readonly #words: readonly Word[]
  readonly #names: readonly string[]
  #at = 0
  #depth = 0

  constructor(text: string, words: readonly Word[], names: readonly string[]) {
    this.#text = text
    this.#words = words
    this.#names = names
  }

  whole(): Condition {
    const condition = this.#or()
    if (this.#at < this.#words.length) throw this.#unexpected()
    return condition
  }

  #or(): Condition {
    const of = [this.#and()]
    while (this.#take('or')) of.push(this.#and())
    return of.length === 1 ? of[0]! : { op: 'or', of }
  }

  #and(): Condition {
    const of = [this.#not()]
    while (this.#take('and')) of.push(this.#not())
    return of.length === 1 ? of[0]! : { op: 'and', of }
  }

  #not(): Condition {
    if (!this.#take('not')) return this.#operand()
    return this.#deeper(() => ({ op: 'not', of: this.#not() }))
  }

  #operand(): Condition {
    if (this.#take('(')) {
      const inside = this.#deeper(() => this.#or())
      if (!this.#take(')')) throw this.#unexpected()
      return inside
    }
    const word = this.#words[this.#at]
    if (word === undefined || word.text === ')' || this.#is('and') || this.#is('or')) throw this.#unexpected()
    this.#at++
    if (this.#is('of')) {
      this.#at++
      return this.#quantified(word)
    }
    return this.#named(word)
  }

  #quantified(count: Word): Condition {
    const quantity = count.text.toLowerCase()
    if (quantity !== '1' && quantity !== 'any' && quantity !== 'all') {
      const what = /^[0-9]+$/.test(quantity)
        ? `"${count.text} of" (only 1, any and all)`
        : `"${count.text}" before "of"`
      throw this.#refuse('SIG-010', { found: what }, count.at)
    }
    const target = this.#words[this.#at]
    if (target === undefined || target.text === '(' || target.text === ')') throw this.#unexpected()
    this.#at++
    const them = target.text.toLowerCase() === 'them' && !this.#names.includes(target.text)
    if (!them && !target.text.includes('*')) return this.#named(target)
    const fits = them ? () => true : wild(target.text)
    const chosen = this.#names.filter((n) => !n.startsWith('_') && fits(n))
    if (chosen.length === 0) throw this.#refuse('SIG-012', { pattern: target.text }, target.at)
    const of = chosen.map((name): Condition => ({ op: 'search', name }))
    return of.length === 1 ? of[0]! : { op: quantity === 'all' ? 'and' : 'or', of }
  }

  #named(word: Word): Condition {
    if (!this.#names.includes(word.text)) throw this.#refuse('SIG-011', { name: word.text }, word.at)
    return { op: 'search', name: word.text }
  }

  #deeper(inner: () => Condition): Condition {
    if (++this.#depth > DEEPEST) throw this.#refuse('SIG-022', { limit: DEEPEST }, this.#words[this.#at - 1]!.at)
    const result = inner()
    this.#depth--
    return result
  }

  #is(keyword: string): boolean {
    return this.#words[this.#at]?.text.toLowerCase() === keyword
  }

  #take(keyword: string): boolean {
    if (!this.#is(keyword)) return false
    this.#at++
    return true
  }

  #unexpected(): Refusal {
    const word = this.#words[this.#at]
    if (word === undefined) return this.#refuse('SIG-010', { found: 'end' }, this.#text.trimEnd().length)
    return this.#refuse('SIG-010', { found: `"${word.text}"` }, word.at)
  }

  #refuse(code: ErrorCode, details: Readonly<Record<string, string | number>>, offset: number): Refusal {
    return new Refusal({ code, details, offset })
  }
}

function wild(pattern: string): (name: string) => boolean {
  return compilePattern(pattern.split('*').flatMap((text, i) => (i === 0 ? [text] : [ANY, text])))
}
