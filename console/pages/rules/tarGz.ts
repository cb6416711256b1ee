/** A file to pack: its path with `/`, and what stands in it. */
export interface PackedFile {
  readonly name: string
  readonly file: Blob
}

const BLOCK = 512

/** Files as one gzipped tar, so that a folder of thousands of rules is one upload. */
export async function tarGz(files: readonly PackedFile[], onPacked: (n: number) => void): Promise<Blob> {
  const encoder = new TextEncoder()
  const parts: Uint8Array<ArrayBuffer>[] = []
  const add = (name: Uint8Array<ArrayBuffer>, type: string, body: Uint8Array<ArrayBuffer>) => {
    parts.push(header(name, type, body.length), body, new Uint8Array((BLOCK - (body.length % BLOCK)) % BLOCK))
  }
  for (const [i, { name, file }] of files.entries()) {
    const body = new Uint8Array(await file.arrayBuffer())
    const bytes = encoder.encode(name)
    // The old header has room for 100 bytes; a longer name stands in a record of its own before it.
    if (bytes.length > 100) add(encoder.encode('path'), 'x', encoder.encode(paxRecord(name, bytes.length)))
    add(bytes.slice(0, 100), '0', body)
    onPacked(i + 1)
  }
  parts.push(new Uint8Array(2 * BLOCK))
  const packed = new Blob(parts).stream().pipeThrough(new CompressionStream('gzip'))
  return new Response(packed).blob()
}

/** `LENGTH path=NAME\n`, where the length counts itself. */
function paxRecord(name: string, bytes: number): string {
  const rest = bytes + ' path=\n'.length
  let length = rest + String(rest).length
  if (String(length).length > String(rest).length) length = rest + String(length).length
  return `${length} path=${name}\n`
}

function header(name: Uint8Array, type: string, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(BLOCK)
  const text = (at: number, value: string) => {
    for (let i = 0; i < value.length; i++) out[at + i] = value.charCodeAt(i)
  }
  const octal = (at: number, width: number, value: number) => text(at, value.toString(8).padStart(width - 1, '0'))
  out.set(name, 0)
  octal(100, 8, 0o644)
  octal(108, 8, 0)
  octal(116, 8, 0)
  octal(124, 12, size)
  octal(136, 12, 0)
  text(148, '        ')
  text(156, type)
  text(257, 'ustar')
  text(263, '00')
  const sum = out.reduce((n, byte) => n + byte, 0)
  text(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return out
}
