import { type DocumentNode, GraphQLEnumType, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { LIMITS } from '../../api/limits.ts'
import { apiSchema } from '../../api/schema/index.ts'
import { fences, firstCells, page, quoted, table } from './pages.ts'

const text = page('api.md')
const schema = apiSchema()

test('every operation on the page fits the schema', () => {
  const documents: DocumentNode[] = fences(text, 'graphql').map((block) => parse(block))
  expect(documents.length).toBeGreaterThanOrEqual(3)
  for (const document of documents) expect(validate(schema, document)).toEqual([])
  const inCommands = [...text.matchAll(/"query":"([^"]+)"/g)].map((m) => m[1]!)
  expect(inCommands.length).toBe(2)
  for (const query of inCommands) expect(validate(schema, parse(query)), query).toEqual([])
})

test('the limits are those of the API', () => {
  const rows = table(text, 'limit', 'value')
  expect(Object.fromEntries(rows.map(([name, value]) => [quoted(name!)[0]!, Number(value)]))).toEqual(LIMITS)
})

test('the enums are those of the schema', () => {
  for (const [name, values] of table(text, 'enum', 'values')) {
    const type = schema.getType(quoted(name!)[0]!)
    expect(type).toBeInstanceOf(GraphQLEnumType)
    const known = (type as GraphQLEnumType).getValues().map((v) => v.name)
    expect(quoted(values!).sort()).toEqual([...known].sort())
  }
})

test('every query of the schema is named', () => {
  const named = quoted(text.replace(/```[\s\S]*?```/g, ''))
  const queries = Object.keys(schema.getQueryType()!.getFields())
  const shown = [...named, 'events', 'signals', 'incidents', 'findings', 'systems']
  // One of a list, and what only the set-up page asks for.
  const left = ['event', 'incident', 'rule', 'system', 'setup']
  expect(queries.filter((q) => !shown.includes(q) && !left.includes(q))).toEqual([])
  expect(firstCells(text).filter((c) => c === 'rows')).toEqual(['rows'])
})
