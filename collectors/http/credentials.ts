/**
 * The secrets that an Authorization header may mean, most likely first: `Bearer KEY`, `ApiKey KEY`, `ApiKey base64(KEY)`,
 * `ApiKey base64(anything:KEY)`, `Basic base64(anything:KEY)`; the scheme in any case (the Go client writes `APIKey`).
 */
export function secretsOf(header: string | undefined): readonly string[] {
  const [, scheme, text] = /^\s*(\w+)\s+(\S+)\s*$/.exec(header ?? '') ?? []
  if (scheme === undefined || text === undefined) return []
  switch (scheme.toLowerCase()) {
    case 'bearer':
      return [text]
    case 'basic':
      return afterColon(decoded(text))
    case 'apikey': {
      const inside = decoded(text)
      return [...new Set([text, inside, ...afterColon(inside), ...afterColon(text)])].filter((s) => s !== '')
    }
    default:
      return []
  }
}

/** Keys hold no colon; whatever stands before the last one is a name that the sender chose. */
function afterColon(text: string): string[] {
  const at = text.lastIndexOf(':')
  return at < 0 ? [] : [text.slice(at + 1)]
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
