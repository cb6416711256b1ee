import { type ErrorCode, type Problem, problem } from '../core/errors.ts'
import type { Unit } from '../core/model/index.ts'
import { UNIT_KINDS, unitCode, unitName } from './schema.ts'

/** One pasted line: a unit and the code of the unit above it (null = the root unit). */
interface UnitLine {
  readonly line: number
  readonly name: string
  readonly kind: Unit['kind']
  readonly code: string
  readonly parentCode: string | null
}

export interface ReadUnitLines {
  readonly lines: readonly UnitLine[]
  readonly problems: readonly Problem[]
}

const MOST_LINES = 5_000

/** Words for the kinds of units, as people write them. */
const KINDS: ReadonlyMap<string, Unit['kind']> = new Map([
  ...UNIT_KINDS.map((kind) => [kind, kind] as const),
  ['county', 'district'],
  ['省', 'province'],
  ['市', 'city'],
  ['区', 'district'],
  ['县', 'district'],
  ['区县', 'district'],
  ['部门', 'department'],
  ['局', 'department'],
  ['委办局', 'department'],
  ['下属单位', 'subunit'],
])

/**
 * Reads pasted lines `name,kind,code,parent code` (comma, Chinese comma or tab; quotes as in CSV; a head line and empty
 * lines are passed over). Tells every problem with its line and column and goes on.
 */
export function parseUnitLines(text: string): ReadUnitLines {
  const lines: UnitLine[] = []
  const problems: Problem[] = []
  const rows = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  if (rows.length > MOST_LINES) {
    return { lines: [], problems: [problem('INV-417', { limit: MOST_LINES }, { line: MOST_LINES + 1, column: 1 })] }
  }
  for (const [i, row] of rows.entries()) {
    if (row.trim() === '') continue
    const line = i + 1
    const cells = cellsOf(row)
    if (cells === undefined) {
      problems.push(problem('INV-411', {}, { line, column: row.indexOf('"') + 1 }))
      continue
    }
    if (lines.length === 0 && problems.length === 0 && isHead(cells)) continue
    const read = unitLine(cells, line)
    if (!Array.isArray(read)) lines.push(read)
    else {
      for (const { cell, code, details } of read) {
        problems.push(problem(code, details, { line, column: cells[cell]!.column }))
      }
    }
  }
  return { lines, problems }
}

/** What is wrong with a line: the cell (from 0), and what. */
interface Wrong {
  readonly cell: number
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number>>
}

function unitLine(cells: readonly Cell[], line: number): UnitLine | Wrong[] {
  if (cells.length < 3 || cells.length > 4) return [{ cell: 0, code: 'INV-410', details: { count: cells.length } }]
  const [name, kindText, code, parent = ''] = cells.map((c) => c.text) as [string, string, string, string?]
  const kind = KINDS.get(kindText.toLowerCase())
  const wrong: Wrong[] = []
  if (!unitName.safeParse(name).success) wrong.push({ cell: 0, code: 'INV-412', details: {} })
  if (kind === undefined) wrong.push({ cell: 1, code: 'INV-413', details: { value: kindText } })
  if (!unitCode.safeParse(code).success) wrong.push({ cell: 2, code: 'INV-414', details: { value: code } })
  if (parent !== '' && !unitCode.safeParse(parent).success) {
    wrong.push({ cell: 3, code: 'INV-414', details: { value: parent } })
  }
  if (kind === undefined || wrong.length > 0) return wrong
  return { line, name, kind, code, parentCode: parent === '' ? null : parent }
}

interface Cell {
  readonly text: string
  /** 1-based. */
  readonly column: number
}

/** The cells of one line; undefined where a quote is not closed. */
function cellsOf(row: string): Cell[] | undefined {
  const cells: Cell[] = []
  let at = 0
  for (;;) {
    while (row[at] === ' ') at++
    const column = at + 1
    let text = ''
    if (row[at] === '"') {
      for (at++; ; at++) {
        if (at >= row.length) return undefined
        if (row[at] !== '"') text += row[at]
        else if (row[at + 1] === '"') text += row[at++]
        else break
      }
      at++
    }
    while (at < row.length && !/[,，\t]/.test(row[at]!)) text += row[at++]
    cells.push({ text: text.trim(), column })
    if (at >= row.length) return cells
    at++
  }
}

function isHead(cells: readonly Cell[]): boolean {
  const words = cells.map((c) => c.text.toLowerCase())
  return (
    (words[0] === 'name' && words[1] === 'kind') || (words[0] === '名称' && ['类型', '类别'].includes(words[1] ?? ''))
  )
}
