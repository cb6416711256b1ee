import { keywordTest } from '../../core/evaluate.ts'
import type { FieldRef } from '../../core/event.ts'
import { FIELDS, type Field } from '../../core/fields.ts'
import { ANY, covers, type Filter, type Leaf, NOT_SEARCHED, type Pattern } from '../../core/filter.ts'
import { anywhere, foldPattern } from '../../core/pattern.ts'
import { askOf, type ValueAsk } from '../events/patterns.ts'
import { compareCond } from './compareSql.ts'
import { allOf, andSql, anyOf, type Cond, exactly, NO, noneOf, orSql, UNSURE, within, YES } from './cond.ts'
import { type CompileContext, columnOf, inRest, presentSql } from './places.ts'
import { anyOfKey, anyOfRest, some, textsOfKey } from './restSql.ts'
import { quoted } from './schema.ts'
import { patternsCond } from './textSql.ts'
import { jsonCond, typedCond } from './valueSql.ts'

/** A filter as conditions on the table `events`. */
export function compileSql(filter: Filter, context: CompileContext): Cond {
  switch (filter.op) {
    case 'all':
      return YES
    case 'none':
      return NO
    case 'and':
      return allOf(...filter.of.map((f) => compileSql(f, context)))
    case 'or':
      return compileOr(filter.of, context)
    case 'not':
      return noneOf(compileSql(filter.of, context))
    case 'exists':
      return exactly(orSql(filter.field.map((n) => presentSql(n, context))))
    case 'null':
      return exactly(nullSql(filter.field, context))
    case 'keyword':
      return filter.regex === undefined ? keywordCond([filter.pattern], filter, context) : UNSURE
    case 'compare':
      return compareCond(filter, context)
    default:
      return fieldCond(filter.field, askOf(filter), context)
  }
}

/** Alternatives on one field (or keywords) become one question, so that each value is looked at once. */
function compileOr(of: readonly Filter[], context: CompileContext): Cond {
  const groups = new Map<string, { leaf: Leaf; patterns: Pattern[] }>()
  const others: Cond[] = []
  for (const f of of.flatMap((x) => (x.op === 'or' ? x.of : [x]))) {
    if (f.op === 'keyword' && f.regex === undefined)
      join(groups, JSON.stringify([f.cased, f.except ?? [], f.within ?? null]), f, [f.pattern])
    else if ('field' in f && f.op !== 'exists' && f.op !== 'null' && f.op !== 'compare') {
      const ask = askOf(f)
      if (ask.op === 'patterns') join(groups, JSON.stringify([f.field, ask.cased]), f, ask.patterns)
      else others.push(compileSql(f, context))
    } else others.push(compileSql(f, context))
  }
  for (const { leaf, patterns } of groups.values()) {
    if (leaf.op === 'keyword') others.push(keywordCond(patterns, leaf, context))
    else if ('cased' in leaf)
      others.push(fieldCond(leaf.field, { op: 'patterns', patterns, cased: leaf.cased }, context))
  }
  return anyOf(...others)
}

function join(
  groups: Map<string, { leaf: Leaf; patterns: Pattern[] }>,
  key: string,
  leaf: Leaf,
  patterns: readonly Pattern[],
): void {
  const group = groups.get(key)
  if (group === undefined) groups.set(key, { leaf, patterns: [...patterns] })
  else group.patterns.push(...patterns)
}

/** The first name that is present decides. */
function fieldCond(names: FieldRef, ask: ValueAsk, context: CompileContext): Cond {
  const [name, ...more] = names
  const here = valueCond(name, ask, context)
  if (more[0] === undefined) return here
  const absent = noneOf(exactly(presentSql(name, context)))
  return anyOf(here, allOf(absent, fieldCond([more[0], ...more.slice(1)], ask, context)))
}

/** Whether a value under this name holds, in its column or in `rest`. */
function valueCond(name: string, ask: ValueAsk, context: CompileContext): Cond {
  const field = columnOf(name, context)
  return anyOf(
    field === undefined ? NO : columnCond(field, (sql) => typedCond(sql, field, ask, context)),
    inRest(name, context) ? anyOfKey(name, context.params, (json) => jsonCond(json, name, ask, context)) : NO,
  )
}

function columnCond(field: Field, test: (sql: string) => Cond): Cond {
  const column = quoted(field.name)
  return field.multi ? within(test('v'), (sql) => some(column, 'v', sql)) : test(column)
}

/** Whether a value stands under that name that is not null. */
function filledSql(name: string, context: CompileContext): string {
  const field = columnOf(name, context)
  return orSql([
    field === undefined
      ? 'false'
      : field.multi
        ? `coalesce(len(${quoted(name)}), 0) > 0`
        : `${quoted(name)} IS NOT NULL`,
    inRest(name, context) ? `len(${textsOfKey(name, context.params)}) > 0` : 'false',
  ])
}

function nullSql(names: FieldRef, context: CompileContext): string {
  const [name, ...more] = names
  const empty = `NOT (${filledSql(name, context)})`
  if (more[0] === undefined) return empty
  const present = presentSql(name, context)
  const later = nullSql([more[0], ...more.slice(1)], context)
  return orSql([andSql([present, empty]), andSql([`NOT (${present})`, later])])
}

/** Whether any value of the event contains one of the patterns. */
function keywordCond(patterns: readonly Pattern[], leaf: Leaf & { op: 'keyword' }, context: CompileContext): Cond {
  const { cased } = leaf
  const skip = leaf.except === undefined ? NOT_SEARCHED : [...NOT_SEARCHED, ...leaf.except]
  const wanted = patterns.map(anywhere).map((p) => (cased ? p : foldPattern(p)))
  const only = leaf.within
  const counts = (name: string) => !covers(skip, name) && (only === undefined || covers(only, name))
  const columns = FIELDS.filter((f) => context.use.hasColumn(f.name) && counts(f.name))
  return anyOf(
    ...columns.map((field) => columnCond(field, (sql) => keywordInColumn(sql, field, patterns, wanted, leaf, context))),
    keywordInRest(wanted, leaf, skip, context),
  )
}

/** Characters that the text of such a value can consist of. */
const ALPHABET = { long: /^[-0-9]*$/, double: /^[-+.0-9e]*$/, date: /^[-0-9T:.Z]*$/i } as const

function keywordInColumn(
  sql: string,
  field: Field,
  patterns: readonly Pattern[],
  wanted: readonly Pattern[],
  leaf: Leaf & { op: 'keyword' },
  context: CompileContext,
): Cond {
  switch (field.type) {
    case 'keyword':
    case 'ip':
      return patternsCond(sql, wanted, leaf.cased, context)
    case 'boolean': {
      const holds = (value: boolean) =>
        patterns.some((pattern) => keywordTest({ op: 'keyword', pattern, cased: leaf.cased })('', value))
      return exactly(orSql([holds(true) ? sql : 'false', holds(false) ? `NOT ${sql}` : 'false']))
    }
    default: {
      const alphabet = ALPHABET[field.type]
      const possible = wanted.filter((p) => p.every((piece) => typeof piece !== 'string' || alphabet.test(piece)))
      if (possible.length === 0) return NO
      return typedCond(sql, field, { op: 'patterns', patterns: possible, cased: leaf.cased }, context)
    }
  }
}

function keywordInRest(
  wanted: readonly Pattern[],
  { cased, within: only }: Leaf & { op: 'keyword' },
  skip: readonly string[],
  context: CompileContext,
): Cond {
  const exact = anyOfRest({ skip, only }, context.params, (json) =>
    jsonCond(json, '', { op: 'patterns', patterns: wanted, cased }, context),
  )
  const guard = rawGuard(wanted, cased, context)
  return within(exact, (sql) => (guard === undefined ? sql : `CASE WHEN ${guard} THEN ${sql} ELSE false END`))
}

/**
 * Whether the text of `rest` may hold one of the patterns, without parsing it. Undefined where a literal might be written
 * otherwise in JSON (escaped, or a number's exponent).
 */
function rawGuard(wanted: readonly Pattern[], cased: boolean, context: CompileContext): string | undefined {
  const plain = wanted.every((p) => p.every((x) => typeof x !== 'string' || /^[^\0-\x1f"\\+]*$/.test(x)))
  if (!plain) return undefined
  const loose = wanted.map((p) => anywhere(p.map((x) => (typeof x === 'string' ? x : ANY))))
  return patternsCond('rest::VARCHAR', loose, cased, context).may
}
