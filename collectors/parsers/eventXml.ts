/** An event as Windows and Sysmon for Linux write it in XML, as paths and values (`Event.EventData.Image`). */
export interface XmlEvent {
  readonly fields: readonly (readonly [path: string, value: string])[]
  /** When it was created, as written. */
  readonly time: string | undefined
}

const TAG = /<(\/?)([A-Za-z_][\w.:-]{0,127})((?:\s+[\w.:-]{1,127}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y
const ATTRIBUTE = /([\w.:-]{1,127})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g

/** Of a value; longer ones are values without a name. */
const LONGEST_NAME = 128
/** Deeper no event nests; and no event has more values. */
const DEEPEST = 7
const MOST_VALUES = 2_000

/**
 * Reads an `<Event>`: elements become names one below the other, `Data` with a name stands under that name, attributes under
 * `#attributes`. Undefined where the text is none, or is cut. Linear in the text.
 */
export function parseEventXml(text: string): XmlEvent | undefined {
  if (!text.startsWith('<Event')) return undefined
  const fields: [string, string][] = []
  const open: { readonly tag: string; readonly path: string; from: number; leaf: boolean }[] = []
  let time: string | undefined
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    TAG.lastIndex = at
    const found = TAG.exec(text)
    if (found === null || fields.length > MOST_VALUES) return undefined
    const [whole, closing, tag, attributes, empty] = found as unknown as [string, string, string, string, string]
    const end = at + whole.length
    if (closing === '/') {
      const top = open.pop()
      if (top?.tag !== tag) return undefined
      const value = top.leaf ? decodeEntities(text.slice(top.from, at)).trim() : ''
      if (value !== '') fields.push([top.path, value])
      if (open.length === 0) return { fields, time }
    } else {
      if (open.length >= DEEPEST) return undefined
      const above = open.at(-1)
      if (above !== undefined) above.leaf = false
      const named = attributesOf(attributes)
      const given = tag === 'Data' ? named.get('Name') : undefined
      const name = given !== undefined && given.length > 0 && given.length <= LONGEST_NAME ? given : undefined
      const path = above === undefined ? tag : `${above.path}.${name ?? tag}`
      if (name === undefined)
        for (const [key, value] of named)
          if (key !== 'xmlns' && value !== '') fields.push([`${path}.#attributes.${key}`, value])
      if (path === 'Event.System.TimeCreated') time = named.get('SystemTime')
      if (empty === '') open.push({ tag, path, from: end, leaf: true })
      else if (above === undefined) return undefined
    }
    at = end
  }
  return undefined
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  if (text === '') return found
  for (const [, name, double, single] of text.matchAll(ATTRIBUTE))
    found.set(name!, decodeEntities(double ?? single ?? ''))
  return found
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The five entities that XML knows by itself, and characters by number; any other stays as it is. */
function decodeEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/g, (as, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name as string]!
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal)
    return code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? (as as string) : String.fromCodePoint(code)
  })
}
