import SchemaBuilder from '@pothos/core'
import ComplexityPlugin from '@pothos/plugin-complexity'
import { GraphQLError } from 'graphql'
import { AppError } from '../../core/errors.ts'
import type { ApiContext } from '../context.ts'
import { LIMITS } from '../limits.ts'

interface SchemaTypes {
  Context: ApiContext
  DefaultFieldNullability: false
  Scalars: {
    ID: { Input: string; Output: string }
    /** ISO 8601 UTC on the wire; out from text or milliseconds, in as milliseconds. */
    DateTime: { Input: number; Output: string | number }
    JSON: { Input: never; Output: unknown }
  }
}

/** The one builder; every file of this folder adds its nouns to it. Fields are non-null unless they say otherwise. */
export const builder = new SchemaBuilder<SchemaTypes>({
  plugins: [ComplexityPlugin],
  defaultFieldNullability: false,
  complexity: {
    limit: { depth: LIMITS.depth, breadth: LIMITS.breadth, complexity: LIMITS.cost },
    defaultComplexity: 1,
    defaultListMultiplier: 1,
    complexityError: (kind, { depth, breadth, complexity }) =>
      new AppError('QRY-303', {
        problem: `query ${kind.toLowerCase()}: depth ${depth}, fields ${breadth}, cost ${complexity}`,
      }),
  },
})

builder.scalarType('DateTime', {
  description: 'ISO 8601 in UTC with milliseconds: 2026-11-24T06:07:45.120Z',
  serialize: (value) => (typeof value === 'number' ? new Date(value).toISOString() : value),
  parseValue: (value) => {
    const at = typeof value === 'string' && ISO.test(value) ? Date.parse(value) : Number.NaN
    if (Number.isNaN(at))
      throw new GraphQLError(`not a time: write 2026-11-24T06:07:45Z or with an offset, not "${String(value)}"`)
    return at
  },
})
const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

builder.scalarType('JSON', {
  description: 'Any JSON value.',
  serialize: (value) => value,
  parseValue: () => {
    throw new GraphQLError('JSON is not taken as input')
  },
})

builder.queryType({})
builder.mutationType({})
builder.subscriptionType({})
