/** How long the byte-order mark of UTF-8 at the beginning is. */
export function markIn(bytes: Uint8Array): number {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
}

/** Other encodings that such a mark tells; PowerShell 5 writes files so. */
export type Utf16 = 'utf-16le' | 'utf-16be'

/** Which of them a text is in; undefined where its first two bytes are no such mark. */
export function utf16In(bytes: Uint8Array): Utf16 | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined
}

/** The same text in UTF-8, without its mark, piece by piece. */
export async function* utf8Of(pieces: AsyncIterable<Uint8Array>, encoding: Utf16): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding)
  for await (const piece of pieces) {
    const text = decoder.decode(piece, { stream: true })
    if (text !== '') yield Buffer.from(text)
  }
  const rest = decoder.decode()
  if (rest !== '') yield Buffer.from(rest)
}

/** A text in UTF-8, or in UTF-16 where its mark says so. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder(utf16In(bytes) ?? 'utf-8').decode(bytes)
}
