import { AppError } from '../../core/errors.ts'

/** Where a page of events ended: the next one starts below this time and id. */
export interface Position {
  readonly timestamp: number
  readonly id: string
}

/** No time is further from 1970 (ECMAScript's bound). */
const LAST = 8.64e15

/** An opaque cursor of a row. */
export function encodeCursor(timestamp: number, id: string): string {
  return Buffer.from(`1:${timestamp}:${id}`).toString('base64url')
}

/** The position a cursor stands for; QRY-304 where it is not one of ours. */
export function decodeCursor(cursor: string): Position {
  const m = /^1:(-?[0-9]{1,16}):(.{1,512})$/s.exec(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (m === null || Math.abs(Number(m[1])) > LAST) throw new AppError('QRY-304')
  return { timestamp: Number(m[1]), id: m[2]! }
}
