import { textOf } from '../../core/evaluate.ts'
import type { FieldRef, Scalar } from '../../core/event.ts'
import type { Filter, Leaf, Pattern } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { tidyPattern } from '../../core/pattern.ts'
import { BETWEEN } from './keywords.ts'
import { requiredText } from './regexLiteral.ts'

/** Something cheap to look for in an event; texts are folded. */
export type Probe =
  | { readonly kind: 'term' | 'prefix' | 'suffix' | 'contains'; readonly field: FieldRef; readonly text: string }
  | { readonly kind: 'present'; readonly field: FieldRef }
  | { readonly kind: 'keyword'; readonly text: string }

/** Probes of which at least one hits every event that the filter holds for. `cost`: how often some hit is feared. */
export interface Cover {
  readonly cost: number
  readonly probes: readonly Probe[]
}

/** The cheapest cover that the tree shows, `undefined` if it has none (it may hold for an event without any text). */
export function coverOf(filter: Filter): Cover | undefined {
  switch (filter.op) {
    case 'all':
      return undefined
    case 'none':
      return { cost: 0, probes: [] }
    case 'and': {
      let best: Cover | undefined
      for (const f of filter.of) {
        const cover = coverOf(f)
        if (cover !== undefined && (best === undefined || cover.cost < best.cost)) best = cover
      }
      return best
    }
    case 'or': {
      const covers = filter.of.map(coverOf)
      let cost = 0
      const probes: Probe[] = []
      for (const cover of covers) {
        if (cover === undefined) return undefined
        cost += cover.cost
        for (const probe of cover.probes) probes.push(probe)
      }
      return { cost, probes }
    }
    case 'not':
      return filter.of.op === 'null' ? present(filter.of.field) : undefined
    default:
      return leafCover(filter)
  }
}

function leafCover(leaf: Leaf): Cover | undefined {
  switch (leaf.op) {
    case 'null':
      return undefined
    case 'term':
      return termCover(leaf.field, [leaf.value])
    case 'in':
      return termCover(leaf.field, leaf.values)
    case 'prefix':
    case 'suffix':
    case 'contains':
      return textCover(leaf.op, leaf.field, leaf.value)
    case 'wildcard':
      return wildcardCover(leaf.field, leaf.pattern)
    case 'regex': {
      const required = requiredText(leaf.pattern, leaf.flags)
      return required === undefined ? present(leaf.field) : textCover('contains', leaf.field, required.text)
    }
    case 'keyword': {
      const text = keywordLiteral(leaf.pattern)
      if (text === undefined) return undefined
      return { cost: 0.2 + 2 / text.length ** 2, probes: [{ kind: 'keyword', text }] }
    }
    default:
      return present(leaf.field)
  }
}

/** The text, folded, that stands wherever a keyword of that pattern does; `undefined` if none is long enough. */
export function keywordLiteral(pattern: Pattern): string | undefined {
  const literal = longest(tidyPattern(pattern).filter((p) => typeof p === 'string'))
  return literal.length >= 2 && literal.isWellFormed() && !literal.includes(BETWEEN) ? fold(literal) : undefined
}

function present(field: FieldRef): Cover {
  return { cost: 0.6, probes: [{ kind: 'present', field }] }
}

function termCover(field: FieldRef, values: readonly NonNullable<Scalar>[]): Cover {
  const texts = values.map((v) => fold(textOf(v)))
  const cost = texts.reduce(
    (sum, t) => sum + (/^(\d{1,5}|true|false|-)$/.test(t) ? 0.15 : 0.3 / (t.length + 2) ** 2),
    0,
  )
  return { cost, probes: texts.map((text) => ({ kind: 'term', field, text })) }
}

/** How telling a text of that kind is, compared with one in any place. */
const WEIGHT = { prefix: 2, suffix: 1, contains: 1 } as const

function textCover(kind: 'prefix' | 'suffix' | 'contains', field: FieldRef, literal: string): Cover {
  const text = fold(literal)
  // Half a character could be folded differently with its other half; such texts are not looked for.
  if (text.length < 2 || !literal.isWellFormed()) return present(field)
  return { cost: Math.min(0.5, (WEIGHT[kind] * 1.5) / text.length ** 2), probes: [{ kind, field, text }] }
}

function wildcardCover(field: FieldRef, written: Pattern): Cover {
  const pattern = tidyPattern(written)
  const [head, tail] = [pattern[0], pattern.at(-1)]
  const inner = longest(pattern.filter((p) => typeof p === 'string'))
  const covers = [textCover('contains', field, inner)]
  if (typeof head === 'string') covers.push(textCover('prefix', field, head))
  if (typeof tail === 'string') covers.push(textCover('suffix', field, tail))
  return covers.reduce((a, b) => (b.cost < a.cost ? b : a))
}

function longest(texts: readonly string[]): string {
  return texts.reduce((a, b) => (b.length > a.length ? b : a), '')
}
