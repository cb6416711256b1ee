import { GraphQLError, type ValidationRule } from 'graphql'
import { AppError } from '../core/errors.ts'

/**
 * Bounds of one request. The written limits admit every query of the contract for scripts, pages of 1,000 included; what
 * really protects the stores is `rows`, counted as they are read.
 */
export const LIMITS = {
  /** Fields inside fields. */
  depth: 14,
  /** Fields in all. */
  breadth: 600,
  /** Fields times the rows they may be asked for. */
  cost: 5_000_000,
  /** A nested page counts as this many rows at most: incidents hold few signals. */
  nested: 50,
  aliases: 50,
  /** Fields of the operation itself. */
  roots: 30,
  tokens: 5_000,
  bodyBytes: 262_144,
  /** `first` of any list. */
  page: 1_000,
  /** Seconds after which a request begins no further search. */
  seconds: 30,
  /** Rows that one request may read from the stores. */
  rows: 300_000,
} as const

/** `first` as asked for: 50 unless said, QRY-303 beyond 0 to 1,000. */
export function pageSize(first: number | null | undefined): number {
  const size = first ?? 50
  if (size < 0 || size > LIMITS.page)
    throw new AppError('QRY-303', { problem: `"first" is 0 to ${LIMITS.page}, not ${size}` })
  return size
}

/** Counts rows of one request. */
export class RowBudget {
  #left: number = LIMITS.rows

  spend(rows: number): void {
    this.#left -= rows
    if (this.#left < 0)
      throw new AppError('QRY-303', {
        problem: `this request reads more than ${LIMITS.rows} rows; ask for smaller pages`,
      })
  }
}

/** Refuses an operation with more aliases or more fields of its own than `LIMITS` allow (validation rule). */
export const aliasLimit: ValidationRule = (context) => {
  let aliases = 0
  return {
    Field: (node) => {
      if (node.alias !== undefined && ++aliases === LIMITS.aliases + 1)
        context.reportError(new GraphQLError(`more than ${LIMITS.aliases} aliases`, { nodes: node }))
    },
    OperationDefinition: (node) => {
      if (node.selectionSet.selections.length > LIMITS.roots)
        context.reportError(new GraphQLError(`more than ${LIMITS.roots} fields in one operation`, { nodes: node }))
    },
  }
}
