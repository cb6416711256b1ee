import { parseJson } from './exactJson.ts'

/** An object of JSON, of which anything may be asked. */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * The object that a JSON text is, as events hold it unless another reader is given; undefined for a list, a single value and
 * what is no JSON.
 */
export function jsonObject(
  text: string,
  parse: (text: string) => unknown = parseJson,
): Record<string, unknown> | undefined {
  try {
    const value = parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Whether a value of JSON is an object: no list, no single value. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
