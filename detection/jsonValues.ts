import { parseJson } from '../core/exactJson.ts'
import { fold } from '../core/fold.ts'

/** Where a single value stands in a JSON text: the dotted name of its place; offsets are UTF-16, without quotes. */
export interface JsonValue {
  readonly name: string
  readonly start: number
  readonly end: number
}

/** Values of a text that are told. */
const MOST = 20_000
/** A name longer than this is not told. */
const LONGEST = 1000

/**
 * The single values of a JSON object by their text (as filters compare it, folded), each text's in order. None where the text
 * is no object; of one that breaks off, those before.
 */
export function jsonValues(json: string): ReadonlyMap<string, readonly JsonValue[]> {
  const found = new Map<string, JsonValue[]>()
  const open: { readonly isList: boolean; readonly name: string }[] = []
  /** The name that the next value stands under; undefined where a key must come first. */
  let name: string | undefined
  const done = () => {
    const above = open.at(-1)
    name = above?.isList === true ? above.name : undefined
  }
  let count = 0
  let at = json.search(/\S/)
  if (json[at] !== '{') return found
  while (at < json.length && count < MOST) {
    const c = json[at]!
    if (c === '{' || c === '[') {
      open.push({ isList: c === '[', name: name ?? '' })
      done()
      at++
    } else if (c === '}' || c === ']') {
      open.pop()
      done()
      at++
    } else if (/[\s,:]/.test(c)) at++
    else {
      const end = endOf(json, at)
      const text = textAt(json, at, end)
      if (text === undefined) return found
      if (name === undefined) name = nameBelow(open.at(-1)?.name ?? '', text)
      else {
        const quotes = c === '"' ? 1 : 0
        const value = { name, start: at + quotes, end: end - quotes }
        const key = fold(text)
        const same = found.get(key)
        if (same === undefined) found.set(key, [value])
        else same.push(value)
        count++
        done()
      }
      at = end
    }
  }
  return found
}

function nameBelow(above: string, key: string): string {
  const name = above === '' ? key : `${above}.${key}`
  return name.length > LONGEST ? '' : name
}

/** The end of a text in quotes, a number or a word. */
function endOf(json: string, from: number): number {
  if (json[from] !== '"') {
    const end = json.slice(from, from + LONGEST).search(/[\s,:\]}]/)
    return end < 0 ? json.length : from + end
  }
  for (let at = from + 1; ; at++) {
    const quote = json.indexOf('"', at)
    if (quote < 0) return json.length
    let before = quote - 1
    while (json[before] === '\\') before--
    if ((quote - before) % 2 === 1) return quote + 1
    at = quote
  }
}

/** What stands there as text; undefined where it is no JSON. */
function textAt(json: string, from: number, end: number): string | undefined {
  try {
    return String(parseJson(json.slice(from, end)))
  } catch {
    return undefined
  }
}
