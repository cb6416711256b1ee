import { lexicographicSortSchema, printSchema } from 'graphql'
import { apiSchema } from './schema/index.ts'

/** The whole GraphQL schema as text (SDL), sorted by name. */
export function printApiSchema(): string {
  return `${printSchema(lexicographicSortSchema(apiSchema()))}\n`
}
