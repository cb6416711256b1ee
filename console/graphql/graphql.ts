import { initGraphQLTada } from 'gql.tada'
import type { introspection } from './introspection.generated.d.ts'

/** Typed queries: a field that the schema lacks does not compile. */
export const graphql = initGraphQLTada<{
  introspection: introspection
  disableMasking: true
  scalars: { DateTime: string; JSON: unknown }
}>()

export type { ResultOf, VariablesOf } from 'gql.tada'
