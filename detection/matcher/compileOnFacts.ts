import { compareTest } from '../../core/compare.ts'
import { anyValue, compileTextTest, compileValueTest, isNull, keywordTextTest, textsOf } from '../../core/evaluate.ts'
import type { FieldRef } from '../../core/event.ts'
import { covers, type Filter, type Leaf } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { foldPattern, literalOf, type TextTest } from '../../core/pattern.ts'
import { cheapFirst } from './costOf.ts'
import { keywordLiteral, longestText } from './cover.ts'
import type { Facts, Slots } from './facts.ts'
import { joinTexts } from './manyTexts.ts'
import { requiredTexts } from './regexLiteral.ts'

/** A filter compiled to a question about the event that the facts hold. */
export type FactTest = () => boolean

/** Compiles a filter against facts; means the same as `compileFilter` of core. */
export function compileOnFacts(filter: Filter, facts: Facts): FactTest {
  switch (filter.op) {
    case 'all':
      return () => true
    case 'none':
      return () => false
    case 'and': {
      const tests = cheapFirst(filter.of).map((f) => compileOnFacts(f, facts))
      return () => {
        for (const t of tests) if (!t()) return false
        return true
      }
    }
    case 'or': {
      const { joined, rest } = joinTexts(filter.of)
      const tests = [
        ...joined.map(({ leaf, test }) => compileText(leaf, test, facts)),
        ...cheapFirst(rest).map((f) => compileOnFacts(f, facts)),
      ]
      return () => {
        for (const t of tests) if (t()) return true
        return false
      }
    }
    case 'not': {
      const test = compileOnFacts(filter.of, facts)
      return () => !test()
    }
    default:
      return compileLeaf(filter, facts)
  }
}

function compileLeaf(leaf: Leaf, facts: Facts): FactTest {
  if (leaf.op === 'keyword') return compileKeyword(leaf, facts)
  const slots = facts.slots(leaf.field)
  switch (leaf.op) {
    case 'exists':
      return () => facts.first(slots) >= 0
    case 'null':
      return () => {
        const slot = facts.first(slots)
        return slot < 0 || isNull(facts.value(slot))
      }
    case 'compare': {
      const others = facts.slots(leaf.with)
      const test = compareTest(leaf)
      const texts = (slot: number) => textsOf(facts.value(slot), leaf.cased)
      return () => {
        const [slot, other] = [facts.first(slots), facts.first(others)]
        return slot >= 0 && other >= 0 && test(texts(slot), texts(other))
      }
    }
    case 'range':
    case 'part':
    case 'cidr': {
      const test = compileValueTest(leaf)
      return () => {
        const slot = facts.first(slots)
        return slot >= 0 && anyValue(facts.value(slot), facts.nameOf(slot), test)
      }
    }
    case 'regex':
      return compileRegexLeaf(leaf, slots, facts)
    default:
      return compileText(leaf, leaf.op === 'wildcard' ? compileWildcard(leaf) : compileTextTest(leaf), facts)
  }
}

/** The longest text of the pattern is sought first: going through its pieces is slow. */
function compileWildcard(leaf: Leaf & { op: 'wildcard' }): TextTest {
  const test = compileTextTest(leaf)
  const text = longestText(leaf.cased ? leaf.pattern : foldPattern(leaf.pattern))
  return text === '' ? test : (t) => t.includes(text) && test(t)
}

function compileText(
  leaf: Leaf & { readonly field: FieldRef; readonly cased: boolean },
  test: TextTest,
  facts: Facts,
): FactTest {
  const slots = facts.slots(leaf.field)
  if (leaf.cased) {
    return () => {
      const slot = facts.first(slots)
      return slot >= 0 && facts.someRaw(slot, test)
    }
  }
  return () => {
    const slot = facts.first(slots)
    return slot >= 0 && facts.someFolded(slot, test)
  }
}

/** Text that any match must contain is sought first: the engine for regular expressions is slow. */
function compileRegexLeaf(leaf: Leaf & { op: 'regex' }, slots: Slots, facts: Facts): FactTest {
  const regex = compileTextTest(leaf)
  const required = requiredTexts(leaf.pattern, leaf.flags)
  if (required === undefined) {
    return () => {
      const slot = facts.first(slots)
      return slot >= 0 && facts.someRaw(slot, regex)
    }
  }
  const sets = required.folded ? required.sets.map((texts) => texts.map(fold)) : required.sets
  const hasText: TextTest = (t) => sets.every((texts) => texts.some((text) => t.includes(text)))
  const test: TextTest = required.folded ? regex : (t) => hasText(t) && regex(t)
  return () => {
    const slot = facts.first(slots)
    return slot >= 0 && (!required.folded || facts.someFolded(slot, hasText)) && facts.someRaw(slot, test)
  }
}

/** A plain keyword is answered by the one pass over all literals; any other is asked in full once its literal stands there. */
function compileKeyword(leaf: Leaf & { op: 'keyword' }, facts: Facts): FactTest {
  const { keywords } = facts
  const { except = [], within } = leaf
  const literal = keywordLiteral(leaf.pattern)
  const id = literal === undefined ? undefined : keywords.add(literal)
  const isAnywhere = except.length === 0 && within === undefined
  if (
    id !== undefined &&
    !leaf.cased &&
    isAnywhere &&
    literalOf(leaf.pattern) !== undefined &&
    leaf.regex === undefined
  ) {
    return () => keywords.holds(id)
  }
  const test = keywordTextTest(leaf)
  return () => {
    if (id !== undefined && !keywords.holds(id)) return false
    for (const s of facts.searched()) {
      if (within !== undefined && !covers(within, s.name)) continue
      if (!covers(except, s.name) && test(s.text)) return true
    }
    return false
  }
}
