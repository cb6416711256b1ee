import { parseCidr } from '../../core/address.ts'
import { AppError } from '../../core/errors.ts'
import { type Field, fieldOf } from '../../core/fields.ts'
import type { Pattern } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import { parseInstant } from '../../core/instant.ts'
import { compilePattern, literalOf } from '../../core/pattern.ts'
import type { ValueAsk } from '../events/patterns.ts'
import { allOf, anyOf, type Cond, exactly, NO, orSql, UNSURE } from './cond.ts'
import type { Params } from './params.ts'
import { instantText } from './schema.ts'
import { cidrCond, patternsCond, regexCond } from './textSql.ts'

/** What the SQL of values needs to know. */
export interface SqlContext {
  readonly params: Params
  /** Code points that DuckDB folds otherwise than `fold`. */
  readonly odd: ReadonlySet<number>
}

/** The question put to one value of a typed column (`sql`: the column, or an element of its list). */
export function typedCond(sql: string, field: Field, ask: ValueAsk, context: SqlContext): Cond {
  const { params } = context
  switch (ask.op) {
    case 'patterns':
      return typedPatterns(sql, field, ask.patterns, ask.cased, context)
    case 'regex':
      return field.type === 'double'
        ? { ...UNSURE, may: `${sql} IS NOT NULL` }
        : regexCond(textSql(sql, field), ask.pattern, ask.flags, params)
    case 'cidr':
      return field.type === 'keyword' || field.type === 'ip' ? cidrOf(sql, ask.cidr, params) : NO
    case 'part':
      return typedPart(sql, field, ask, params)
    case 'range': {
      const number =
        field.type === 'long' || field.type === 'double'
          ? sql
          : field.type === 'keyword' || field.type === 'ip'
            ? decimalSql(sql)
            : undefined
      return allOf(
        exactly(`${sql} IS NOT NULL`),
        ...boundsOf(ask).map(([op, bound]): Cond => {
          if (typeof bound === 'number') return number === undefined ? NO : numberCond(number, op, bound, params)
          if (field.type === 'double') return { ...UNSURE, may: `${sql} IS NOT NULL` }
          if (field.type !== 'date') return exactly(`${textSql(sql, field)} ${op} ${params.text(bound)}`)
          const instant = parseInstant(bound)
          return instant === undefined ? NO : exactly(`${sql} ${op} ${params.instant(instant)}`)
        }),
      )
    }
  }
}

/** A part of a date in a typed column; other columns may hold dates in text, which is for the evaluator to read. */
function typedPart(sql: string, field: Field, ask: Extract<ValueAsk, { op: 'part' }>, params: Params): Cond {
  if (field.type === 'keyword' || field.type === 'ip') return maybeDate(sql)
  if (field.type !== 'date') return NO
  return allOf(
    exactly(`${sql} IS NOT NULL`),
    ...boundsOf(ask).map(([op, bound]) => exactly(`${ask.part}(${sql}) ${op} ${params.double(bound as number)}`)),
  )
}

/** Text that begins like a date. */
function maybeDate(text: string): Cond {
  return { ...UNSURE, may: `regexp_matches(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}')` }
}

function typedPatterns(
  sql: string,
  field: Field,
  patterns: readonly Pattern[],
  cased: boolean,
  context: SqlContext,
): Cond {
  if (field.type === 'keyword' || field.type === 'ip') return patternsCond(sql, patterns, cased, context)
  if (field.type === 'boolean') {
    const matches = (text: string) => patterns.some((p) => compilePattern(p)(text))
    return exactly(orSql([matches('true') ? sql : 'false', matches('false') ? `NOT ${sql}` : 'false']))
  }
  const literals: string[] = []
  const wild: Pattern[] = []
  for (const p of patterns) {
    const literal = literalOf(p)
    if (literal === undefined) wild.push(p)
    else literals.push(literal)
  }
  const values = literals.flatMap((l) => typedLiteral(l, field, cased, context.params))
  const equal = values.length === 0 ? NO : exactly(`${sql} IN (${values.join(', ')})`)
  if (wild.length === 0) return equal
  if (field.type === 'double') return anyOf(equal, { ...UNSURE, may: `${sql} IS NOT NULL` })
  return anyOf(equal, patternsCond(textSql(sql, field), wild, cased, context))
}

/** The value of that type whose text is `text`, if there is one. */
function typedLiteral(text: string, field: Field, cased: boolean, params: Params): string[] {
  switch (field.type) {
    case 'long':
      return /^(0|-?[1-9][0-9]{0,17})$/.test(text) ? [params.long(BigInt(text))] : []
    case 'double':
      return Number.isFinite(Number(text)) && String(Number(text)) === text ? [params.double(Number(text))] : []
    default: {
      const at = /^[0-9]{4}-[0-9]{2}-[0-9]{2}t[0-9:]{8}\.[0-9]{3}z$/i.test(text)
        ? parseInstant(cased ? text : text.toUpperCase())
        : undefined
      if (at === undefined) return []
      const canonical = new Date(at).toISOString()
      return (cased ? canonical : fold(canonical)) === text ? [params.instant(at)] : []
    }
  }
}

/** The text that a typed value is compared by. */
export function textSql(sql: string, field: Field): string {
  if (field.type === 'keyword' || field.type === 'ip') return sql
  return field.type === 'date' ? instantText(sql) : `${sql}::VARCHAR`
}

/** The question put to one JSON value that is no list (`json`: its SQL), found under `name` in `rest`. */
export function jsonCond(json: string, name: string, ask: ValueAsk, context: SqlContext): Cond {
  const { params } = context
  const text = jsonText(json)
  switch (ask.op) {
    case 'patterns':
      return patternsCond(text, ask.patterns, ask.cased, context)
    case 'regex':
      return regexCond(text, ask.pattern, ask.flags, params)
    case 'cidr':
      return cidrOf(text, ask.cidr, params)
    case 'part':
      return maybeDate(text)
    case 'range':
      return allOf(
        exactly(`${text} IS NOT NULL`),
        ...boundsOf(ask).map(([op, bound]): Cond => {
          if (typeof bound === 'number') return numberCond(jsonNumber(json), op, bound, params)
          return fieldOf(name)?.type === 'date' ? UNSURE : exactly(`${text} ${op} ${params.text(bound)}`)
        }),
      )
  }
}

/** The text of a JSON scalar as JavaScript prints it; NULL for null. DuckDB writes 1e21 where JavaScript has 1e+21. */
export function jsonText(json: string): string {
  return `CASE WHEN starts_with(${json}::VARCHAR, '"') THEN ${json}->>'$' WHEN ${json}::VARCHAR = 'null' THEN NULL
    ELSE regexp_replace(${json}::VARCHAR, 'e([0-9])', 'e+\\1') END`
}

/** A JSON scalar as the number that a range compares, else NULL. */
export function jsonNumber(json: string): string {
  return `CASE WHEN starts_with(${json}::VARCHAR, '"') THEN ${decimalSql(`${json}->>'$'`)}
    ELSE TRY_CAST(${json}::VARCHAR AS DOUBLE) END`
}

/** Text that is wholly a decimal number (core/filter.ts, DECIMAL) as number, else NULL. */
export function decimalSql(text: string): string {
  return `CASE WHEN regexp_full_match(${text}, '-?[0-9]{1,100}(\\.[0-9]{1,100})?') THEN TRY_CAST(${text} AS DOUBLE) END`
}

function numberCond(sql: string, op: string, bound: number, params: Params): Cond {
  return Number.isNaN(bound) ? NO : exactly(`${sql} ${op} ${params.double(bound)}`)
}

function cidrOf(text: string, cidr: string, params: Params): Cond {
  const block = parseCidr(cidr)
  if (block === undefined) throw new AppError('QRY-302', { problem: `${cidr} is not a block of addresses` })
  return cidrCond(text, block.groups, block.bits, params)
}

const OPERATORS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const

function boundsOf(ask: Extract<ValueAsk, { op: 'range' | 'part' }>): readonly (readonly [string, number | string])[] {
  return (['gt', 'gte', 'lt', 'lte'] as const).flatMap((op) => {
    const bound = ask[op]
    return bound === undefined ? [] : [[OPERATORS[op], bound] as const]
  })
}
