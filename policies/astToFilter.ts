import type { Scalar } from '../core/event.ts'
import { and, exists, type Filter, NONE, not, oneOf, or, term } from '../core/filter.ts'

interface Ast {
  readonly operator: string
  readonly field?: string
  readonly value: unknown
}

/** A condition of CASL's (ucast) as a filter: the exact core only. Throws on anything else, when the policy is compiled. */
export function astToFilter(node: unknown): Filter {
  const { operator, field, value } = node as Ast
  if (operator === 'and') return and(...(value as Ast[]).map(astToFilter))
  if (operator === 'or') return or(...(value as Ast[]).map(astToFilter))
  if (typeof field !== 'string' || field.startsWith('$')) throw new Error(`policy condition without field: ${operator}`)
  switch (operator) {
    case 'eq':
      return value === null ? { op: 'null', field: [field] } : term(field, scalar(value))
    case 'in':
      return oneOf(field, list(value))
    case 'nin':
      return not(list(value).length === 0 ? NONE : oneOf(field, list(value)))
    case 'exists':
      return value === true ? exists(field) : not(exists(field))
    default:
      throw new Error(`policy condition with unknown operator: ${operator}`)
  }
}

function scalar(value: unknown): NonNullable<Scalar> {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  throw new Error('policy condition with a value that is no scalar')
}

function list(value: unknown): NonNullable<Scalar>[] {
  if (!Array.isArray(value)) throw new Error('policy condition with a value that is no list')
  return value.map(scalar)
}
