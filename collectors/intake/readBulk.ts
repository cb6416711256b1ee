import { AppError } from '../../core/errors.ts'
import type { BodyLines } from './bodyLines.ts'

/** One document of a bulk body with what its action line says. */
export interface BulkItem {
  readonly action: 'create' | 'index'
  readonly index: string
  /** The sender's id for it, if it gave one. */
  readonly id: string | undefined
  /** Where it stands in the body. */
  readonly from: number
  readonly to: number
}

type Head = Omit<BulkItem, 'from' | 'to'>

/** Where neither address nor action names an index. */
const NO_INDEX = 'suidun'

/**
 * Reads a bulk body: an action line, its document, and so on, empty lines anywhere. A body that does not follow this is
 * refused whole (COL-400 with the line); documents are not looked into here.
 */
export function readBulk(body: BodyLines, index: string | undefined): BulkItem[] {
  const items: BulkItem[] = []
  let lastText = ''
  let head: Head | undefined
  let headAt = 0
  body.each((from, to, number) => {
    if (headAt > 0) {
      items.push({ ...head!, from, to })
      headAt = 0
      return
    }
    const line = body.text(from, to)
    // Most bodies say the same in every action line.
    if (head === undefined || line !== lastText) head = readAction(line, number, index || NO_INDEX)
    lastText = line
    headAt = number
  })
  if (headAt > 0) throw refused('the last action has no document', headAt)
  return items
}

function readAction(text: string, number: number, index: string): Head {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw refused('action line is not JSON', number)
  }
  const entries = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : []
  const [action, meta] = entries[0] ?? ['', undefined]
  if (entries.length !== 1 || typeof meta !== 'object' || meta === null || Array.isArray(meta))
    throw refused('action line must be an object of one action, such as {"create":{}}', number)
  if (action !== 'create' && action !== 'index')
    throw refused(`action "${action.slice(0, 40)}" is not supported; send "create" or "index"`, number)
  const { _index, _id } = meta as Record<string, unknown>
  if (!isName(_index) || !isName(_id)) throw refused('_index and _id must be text', number)
  return {
    action,
    index: _index === undefined || _index === null || _index === '' ? index : String(_index),
    id: _id === undefined || _id === null || _id === '' ? undefined : String(_id),
  }
}

function isName(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string' || typeof value === 'number'
}

function refused(problem: string, line: number): AppError {
  return new AppError('COL-400', { problem: `${problem} (line ${line})` }, { line, column: 1 })
}
