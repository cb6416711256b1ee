import { minifyIntrospection, outputIntrospectionFile } from '@gql.tada/internal'
import { introspectionFromSchema, lexicographicSortSchema } from 'graphql'
import { apiSchema } from './schema/index.ts'

/** The types of the schema for the console (gql.tada), as a declaration file. */
export function printConsoleTypes(): string {
  const introspection = introspectionFromSchema(lexicographicSortSchema(apiSchema()), { descriptions: false })
  return outputIntrospectionFile(minifyIntrospection(introspection), { fileType: '.d.ts', shouldPreprocess: true })
}
