/** Reading JSON whose shape nobody guarantees. */
export type Json = Readonly<Record<string, unknown>>

export function isObject(v: unknown): v is Json {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

/** A member that is an object, else an empty one. */
export function objectAt(from: unknown, key: string): Json {
  const v = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined
  return isObject(v) ? v : {}
}

/** A member that is a list, else an empty one. */
export function listAt(from: unknown, key: string): readonly unknown[] {
  const v = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined
  return Array.isArray(v) ? v : []
}

/** A member that is text and not blank, else undefined. */
export function textAt(from: unknown, key: string): string | undefined {
  const v = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined
  return typeof v === 'string' && v.trim() !== '' ? v : undefined
}

/** A member that is a whole number (or its text), else undefined. */
export function integerAt(from: unknown, key: string): number | undefined {
  const v = isObject(from) && Object.hasOwn(from, key) ? from[key] : undefined
  const n = typeof v === 'string' && /^[0-9]{1,15}$/.test(v) ? Number(v) : v
  return typeof n === 'number' && Number.isSafeInteger(n) ? n : undefined
}
