import { gunzipSync } from 'node:zlib'
import { AppError } from '../../core/errors.ts'
import { MAX_BODY } from '../intake/index.ts'
import { isObject, type Json } from './json.ts'

/**
 * A report's bytes as a JSON object: gzip (unpacked no larger than any body may be: a small one could fill the memory),
 * UTF-8 with or without mark, UTF-16 with mark or recognisable without. Throws FND-400 naming line and column where it is
 * cut off or not JSON, FND-415 where it is no object.
 */
export function decodeReport(bytes: Uint8Array): Json {
  const text = textOf(unpack(bytes))
  if (text.trim() === '') throw new AppError('FND-400', { problem: 'the body is empty; send the report itself' })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (e) {
    if (!/^\s*[{[]/.test(text.slice(0, 1_000))) throw new AppError('FND-415', {}, { line: 1, column: 1 })
    throw notJson(text, String(e))
  }
  if (!isObject(value)) throw new AppError('FND-415', {}, { line: 1, column: 1 })
  return value
}

function unpack(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_BODY })
  } catch (e) {
    const problem =
      (e as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
        ? `unpacked it is larger than ${MAX_BODY} bytes; split it`
        : 'the gzip data is damaged or cut off; send it again'
    throw new AppError('FND-400', { problem })
  }
}

function textOf(bytes: Uint8Array): string {
  const [a, b] = bytes
  const wide =
    (a === 0xff && b === 0xfe) || (a !== 0 && b === 0)
      ? 'utf-16le'
      : (a === 0xfe && b === 0xff) || (a === 0 && b !== 0 && bytes.length > 1)
        ? 'utf-16be'
        : 'utf-8'
  // The decoder takes the mark away and puts U+FFFD for what is no text.
  return new TextDecoder(wide).decode(bytes)
}

function notJson(text: string, message: string): AppError {
  const position = /position ([0-9]+)/.exec(message)
  const at = position === null ? text.length : Number(position[1])
  const before = text.slice(0, at)
  const line = before.split('\n').length
  const column = at - before.lastIndexOf('\n')
  const cut = at >= text.trimEnd().length - 1
  const problem = cut
    ? `it is cut off at line ${line}, column ${column}; send the whole file`
    : `not JSON at line ${line}, column ${column}; write the report again`
  return new AppError('FND-400', { problem }, { line, column })
}
