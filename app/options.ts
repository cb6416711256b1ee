import { AppError } from '../core/errors.ts'
import type { Arguments } from './command.ts'

/** The text of an option, undefined if it was not given. */
export function text(args: Arguments, name: string): string | undefined {
  const value = args.values[name]
  return typeof value === 'string' ? value : undefined
}

/** The text of an option that must be given; CFG-005 says which is missing. */
export function required(args: Arguments, name: string): string {
  const value = text(args, name)
  if (value === undefined || value === '') throw new AppError('CFG-005', { problem: `--${name} is missing` })
  return value
}

/** A whole number given as an option. */
export function wholeNumber(args: Arguments, name: string): number | undefined {
  const value = text(args, name)
  if (value === undefined) return undefined
  if (!/^\d{1,15}$/.test(value))
    throw new AppError('CFG-005', { problem: `--${name} takes a whole number, not "${value}"` })
  return Number(value)
}
