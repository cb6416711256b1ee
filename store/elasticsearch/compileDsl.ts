import type { FieldRef } from '../../core/event.ts'
import { fieldOf } from '../../core/fields.ts'
import { covers, type Filter, type Leaf, NOT_SEARCHED, type Pattern } from '../../core/filter.ts'
import { anywhere, foldPattern } from '../../core/pattern.ts'
import { askOf, isWhole, type ValueAsk } from '../events/patterns.ts'
import { allOf, andDsl, anyOf, atMost, type Dsl, type DslCond, exactly, NO, noneOf, notDsl, orDsl, YES } from './dsl.ts'
import { isFlatKey, nameToken } from './eventDocument.ts'
import { isPrefix, isSimple, prefixCond, sorted, termsDsl, textDsl } from './patternDsl.ts'
import { typedCond } from './typedDsl.ts'

/** A filter as queries. `odd`: characters that the server folds otherwise than we do. */
export function compileDsl(filter: Filter, odd: ReadonlySet<number>): DslCond {
  switch (filter.op) {
    case 'all':
      return YES
    case 'none':
      return NO
    case 'and':
      return allOf(...filter.of.map((f) => compileDsl(f, odd)))
    case 'or':
      return anyOf(...filter.of.map((f) => compileDsl(f, odd)))
    case 'not':
      return noneOf(compileDsl(filter.of, odd))
    case 'exists':
      return exactly(orDsl(filter.field.map((n) => named('has', n))))
    case 'null':
      return exactly(nullDsl(filter.field))
    case 'keyword':
      return keywordCond(filter)
    case 'compare':
      return atMost(andDsl([filter.field, filter.with].map((names) => orDsl(names.map((n) => named('filled', n))))))
    default:
      return fieldCond(filter.field, askOf(filter), odd)
  }
}

/** Events that note the name in that list of `find`. */
export function named(list: 'has' | 'filled' | 'misfit' | 'long', name: string): Dsl {
  return { term: { [`find.${list}`]: nameToken(name) } }
}

function nullDsl([name, ...more]: FieldRef): Dsl {
  const empty = notDsl(named('filled', name))
  if (more[0] === undefined) return empty
  const has = named('has', name)
  return orDsl([andDsl([has, empty]), andDsl([notDsl(has), nullDsl([more[0], ...more.slice(1)])])])
}

/** The first name that is present decides. */
function fieldCond([name, ...more]: FieldRef, ask: ValueAsk, odd: ReadonlySet<number>): DslCond {
  const here = valueCond(name, ask, odd)
  if (more[0] === undefined) return here
  const absent = exactly(notDsl(named('has', name)))
  return anyOf(here, allOf(absent, fieldCond([more[0], ...more.slice(1)], ask, odd)))
}

function valueCond(name: string, ask: ValueAsk, odd: ReadonlySet<number>): DslCond {
  const field = fieldOf(name)
  const loose = looseCond(name, ask)
  const cond =
    field === undefined ? loose : anyOf(typedCond(field, ask, odd), allOf(exactly(named('misfit', name)), loose))
  // Longer values than are indexed may hold as well.
  return cond === NO ? NO : anyOf(cond, atMost(named('long', name)))
}

/** The question put to values in `rest`. */
function looseCond(name: string, ask: ValueAsk): DslCond {
  const filled = named('filled', name)
  if (ask.op !== 'patterns' || !ask.patterns.every(isWhole)) return atMost(filled)
  const elsewhere = (p: Pattern) =>
    atMost(covers(NOT_SEARCHED, name) ? filled : andDsl([filled, textDsl('find.all', ask.cased ? foldPattern(p) : p)]))
  if (!isFlatKey(name)) return anyOf(...ask.patterns.map(elsewhere))
  const path = `find.${ask.cased ? 'rest' : 'lower'}.${name}`
  const { literals, others } = sorted(ask.patterns)
  return anyOf(
    exactly(termsDsl(path, literals)),
    ...others.map((p) => (isPrefix(p) ? prefixCond(path, p[0]) : elsewhere(p))),
  )
}

/** Whether any value of the event contains the pattern. */
function keywordCond(leaf: Leaf & { op: 'keyword' }): DslCond {
  const long: Dsl = { exists: { field: 'find.long' } }
  if (!isWhole(leaf.pattern)) return atMost({ exists: { field: 'find.all' } })
  if (leaf.regex !== undefined) return atMost(orDsl([{ exists: { field: 'find.all' } }, long]))
  const p = foldPattern(anywhere(leaf.pattern))
  const found = textDsl('find.all', p)
  const isSure = !leaf.cased && leaf.except === undefined && leaf.within === undefined && isSimple(p)
  return anyOf(isSure ? exactly(found) : atMost(found), atMost(long))
}
