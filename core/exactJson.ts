type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown

/** Where a number may stand that JavaScript cannot hold. */
const MANY_DIGITS = /[0-9]{16}|[0-9][eE][+-]?[0-9]{3}/

/**
 * What a JSON text says, as events hold it: numbers of which JavaScript would not keep all digits are their text. Throws what
 * `JSON.parse` throws.
 */
export function parseJson(text: string): unknown {
  if (!MANY_DIGITS.test(text)) return JSON.parse(text)
  try {
    return (JSON.parse as (text: string, reviver: Reviver) => unknown)(text, exactly)
  } catch (e) {
    // It is nested too deep to be gone through.
    if (e instanceof RangeError) return JSON.parse(text)
    throw e
  }
}

const exactly: Reviver = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined && !Number.isSafeInteger(value) ? exactNumber(source) : value

/** A number of JSON, or its text where JavaScript would not keep all digits. */
export function exactNumber(source: string): number | string {
  const value = Number(source)
  if (Number.isSafeInteger(value)) return value
  return Number.isFinite(value) && (/[.eE]/.test(source) || String(value) === source) ? value : source
}
