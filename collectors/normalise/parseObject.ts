import { parseJson } from '../../core/exactJson.ts'
import type { JsonObject } from '../../core/jsonObject.ts'

/** A line that is a JSON object, or why it is not one. A byte order mark before it is ignored. */
export function parseObject(line: string): JsonObject | string {
  // Whether it can be one shows at its first character: text lines never cost an exception.
  let at = 0
  while (BLANK.has(line.charCodeAt(at))) at++
  if (line.charCodeAt(at) !== 123) return at >= line.length ? 'empty line' : 'not a JSON object'
  try {
    return JSON.parse(withoutMark(line)) as JsonObject
  } catch (e) {
    const place = /position ([0-9]+)/.exec(String(e))
    return place === null ? 'not valid JSON (cut off?)' : `not valid JSON at character ${Number(place[1]) + 1}`
  }
}

/** The same object with numbers that JavaScript cannot hold as their text. */
export function parseWithDigits(text: string): JsonObject {
  return parseJson(withoutMark(text)) as JsonObject
}

const BLANK: ReadonlySet<number> = new Set([0x20, 0x09, 0x0d, 0x0a, 0xfeff])

function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}
