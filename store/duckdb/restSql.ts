import { FIELDS } from '../../core/fields.ts'
import { covers, UNLISTED } from '../../core/filter.ts'
import { andSql, type Cond, orSql, within } from './cond.ts'
import type { Params } from './params.ts'
import { jsonText } from './valueSql.ts'

/** SQL on the column `rest`: a flat JSON object of scalars and lists of scalars. */

/** JSON pointer to a key; NULL where it is absent. */
export function restValue(name: string, params: Params): string {
  return `json_extract(rest, ${params.text(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`)})`
}

/**
 * Whether a row may have the key, by its text alone: forty times faster than parsing it. `true` where the key's text in
 * JSON might be escaped.
 */
function mayHaveKey(name: string, params: Params): string {
  return /^[^\0-\x1f"\\]*$/.test(name) ? `contains(rest::VARCHAR, ${params.text(`"${name}":`)})` : 'true'
}

/** SQL that is only evaluated on rows that may have the key. */
export function ifKey(name: string, sql: string, otherwise: string, params: Params): string {
  const guard = mayHaveKey(name, params)
  return guard === 'true' ? sql : `CASE WHEN ${guard} THEN ${sql} ELSE ${otherwise} END`
}

export function hasKey(name: string, params: Params): string {
  return ifKey(name, `${restValue(name, params)} IS NOT NULL`, 'false', params)
}

/** Whether a value of the key (or one in its list) holds; `test` gets the SQL of a JSON scalar. */
export function anyOfKey(name: string, params: Params, test: (json: string) => Cond): Cond {
  return within(anyOfJson(restValue(name, params), test), (sql) => ifKey(name, sql, 'false', params))
}

function anyOfJson(json: string, test: (json: string) => Cond): Cond {
  const single = test(json)
  const element = test('e')
  const both = (one: string, each: string) =>
    `CASE WHEN starts_with(${json}::VARCHAR, '[') THEN ${some(`json_extract(${json}, '$[*]')`, 'e', each)} ELSE ${one} END`
  const may = both(single.may, element.may)
  return { may, must: single.may === single.must ? may : both(single.must, element.must) }
}

/** Whether an element of the list fulfils the condition on `variable`. */
export function some(list: string, variable: string, condition: string): string {
  if (condition === 'false') return 'false'
  return `coalesce(len(list_filter(${list}, lambda ${variable}: coalesce(${condition}, false))) > 0, false)`
}

/** The texts of a key as a list without null; an empty list where there is none. */
export function textsOfKey(name: string, params: Params): string {
  const json = restValue(name, params)
  return ifKey(
    name,
    `list_filter(CASE WHEN ${json} IS NULL THEN [] WHEN starts_with(${json}::VARCHAR, '[')
       THEN list_transform(json_extract(${json}, '$[*]'), lambda e: ${jsonText('e')})
       ELSE [${jsonText(json)}] END, lambda t: t IS NOT NULL)`,
    `[]::VARCHAR[]`,
    params,
  )
}

/** Which keys are looked at: those that `only` covers (all, unless given), but for what `skip` covers. */
interface Keys {
  readonly skip: readonly string[]
  readonly only: readonly string[] | undefined
}

/** Whether any value under one of the keys holds. */
export function anyOfRest({ skip, only }: Keys, params: Params, test: (json: string) => Cond): Cond {
  const value = anyOfJson('kv[2]', test)
  const under = (name: string) => `(kv[1] = ${params.text(name)} OR starts_with(kv[1], ${params.text(`${name}.`)}))`
  const excluded = orSql(
    skip.map((name) =>
      name === UNLISTED
        ? `kv[1] NOT IN (${FIELDS.filter(
            (f) =>
              !covers(
                skip.filter((s) => s !== UNLISTED),
                f.name,
              ),
          )
            .map((f) => params.text(f.name))
            .join(', ')})`
        : under(name),
    ),
  )
  const asked = [
    only === undefined ? 'true' : orSql(only.map(under)),
    excluded === 'false' ? 'true' : `NOT ${excluded}`,
  ]
  return within(value, (sql) =>
    some(`list_zip(json_keys(rest), json_extract(rest, '$.*'))`, 'kv', andSql([...asked, sql])),
  )
}
