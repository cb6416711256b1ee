import type { Problem } from '../core/errors.ts'
import type { Unit } from '../core/model/index.ts'
import { problem } from './readInventory.ts'
import { unitCode, unitName } from './schema.ts'

/** One pasted line: a unit and the code of the unit above it (null = the root unit). */
export interface UnitLine {
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
const KINDS: Readonly<Record<string, Unit['kind']>> = {
  province: 'province',
  省: 'province',
  city: 'city',
  市: 'city',
  district: 'district',
  county: 'district',
  区: 'district',
  县: 'district',
  区县: 'district',
  department: 'department',
  部门: 'department',
  局: 'department',
  委办局: 'department',
  subunit: 'subunit',
  下属单位: 'subunit',
}

/**
 * Reads pasted lines `name,kind,code,parent code` (comma, Chinese comma or tab; quotes as in CSV; a head line and empty
 * lines are passed over). Tells every problem with its line and column and goes on.
 */
export function parseUnitLines(text: string): ReadUnitLines {
  const lines: UnitLine[] = []
  const problems: Problem[] = []
  const rows = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  if (rows.length > MOST_LINES) {
    const why = `at most ${MOST_LINES} lines at a time`
    return { lines: [], problems: [problem('INV-410', { problem: why }, { line: MOST_LINES + 1, column: 1 })] }
  }
  for (const [i, row] of rows.entries()) {
    if (row.trim() === '') continue
    const cells = cellsOf(row)
    const first = lines.length === 0 && problems.length === 0
    if (cells !== undefined && first && isHead(cells)) continue
    const read = cells === undefined ? 'a quote is not closed' : unitLine(cells, i + 1)
    if (typeof read === 'string') {
      problems.push(problem('INV-410', { problem: read }, { line: i + 1, column: row.indexOf('"') + 1 }))
    } else if ('wrong' in read) {
      for (const { at, why } of read.wrong) {
        const column = cells?.[at]?.column ?? row.length + 1
        problems.push(problem('INV-410', { problem: why }, { line: i + 1, column }))
      }
    } else lines.push(read)
  }
  return { lines, problems }
}

function unitLine(cells: readonly Cell[], line: number): UnitLine | { wrong: readonly { at: number; why: string }[] } {
  if (cells.length < 3 || cells.length > 4) return { wrong: [{ at: 0, why: `${cells.length} values found` }] }
  const [name, kindText, code, parent = ''] = cells.map((c) => c.text) as [string, string, string, string?]
  const kind = Object.hasOwn(KINDS, kindText.toLowerCase()) ? KINDS[kindText.toLowerCase()] : undefined
  const wrong: { at: number; why: string }[] = []
  if (!unitName.safeParse(name).success) wrong.push({ at: 0, why: 'the name is missing or longer than 200 characters' })
  if (kind === undefined) {
    wrong.push({ at: 1, why: `"${kindText}" is no kind; write city, district, department or subunit` })
  }
  if (!unitCode.safeParse(code).success) {
    wrong.push({ at: 2, why: `"${code}" is no code; write 1 to 8 upper-case letters` })
  }
  if (parent !== '' && !unitCode.safeParse(parent).success) {
    wrong.push({ at: 3, why: `"${parent}" is no code of a unit` })
  }
  if (kind === undefined || wrong.length > 0) return { wrong }
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
