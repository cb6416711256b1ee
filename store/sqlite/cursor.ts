import { AppError } from '../../core/errors.ts'

/** A value that lists are sorted by. */
export type SortValue = string | number | null

/** Where a row stands in its list: the values it is sorted by, and its id. */
export interface Position {
  readonly values: readonly SortValue[]
  readonly id: string
}

/** A position as opaque text. `list` names what is listed and how it is sorted: a cursor of another list is refused. */
export function encodeCursor(list: string, position: Position): string {
  return Buffer.from(JSON.stringify([list, position.id, ...position.values]), 'utf8').toString('base64url')
}

/** The position back, or QRY-304. */
export function decodeCursor(list: string, keys: number, cursor: string): Position {
  const parts = parse(cursor)
  if (!Array.isArray(parts) || parts.length !== keys + 2 || parts[0] !== list || typeof parts[1] !== 'string') {
    throw new AppError('QRY-304')
  }
  const values = parts.slice(2)
  if (!values.every((v) => v === null || typeof v === 'string' || typeof v === 'number')) throw new AppError('QRY-304')
  return { id: parts[1], values: values as SortValue[] }
}

function parse(cursor: string): unknown {
  if (cursor.length > 4_000 || !/^[\w-]+$/.test(cursor)) return undefined
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
