/** Writes what a string of ASCII reads as, as `assembly/text.ts` does, with its results. */
export function readPlainText(bytes: Buffer, from: number, to: number, out: number, folded: boolean): number {
  const text = JSON.parse(`"${bytes.toString('utf8', from, to)}"`) as string
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return 0
  return out + bytes.write(folded ? text.toLowerCase() : text, out, 'latin1')
}
