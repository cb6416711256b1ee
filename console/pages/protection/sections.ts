import type { ChecklistRow } from './queries.ts'

/** A node of the framework's tree: `8.1.4` (a category) or `8.1.4.3` (a control point), with the items under it. */
export interface SectionNode {
  readonly id: string
  readonly zh: string
  readonly en: string
  readonly rows: readonly ChecklistRow[]
  readonly children: readonly SectionNode[]
}

/** The categories of a checklist with their control points, in the framework's order. */
export function sectionsOf(rows: readonly ChecklistRow[]): readonly SectionNode[] {
  return group(rows, 3, (r) => [r.item.categoryZh, r.item.categoryEn]).map((category) => ({
    ...category,
    children: group(category.rows, 4, (r) => [r.item.controlPointZh, r.item.controlPointEn]),
  }))
}

function group(
  rows: readonly ChecklistRow[],
  depth: number,
  name: (row: ChecklistRow) => readonly [string, string],
): SectionNode[] {
  const groups = new Map<string, ChecklistRow[]>()
  for (const row of rows) {
    const id = prefix(row.item.id, depth)
    const list = groups.get(id)
    if (list === undefined) groups.set(id, [row])
    else list.push(row)
  }
  return [...groups].map(([id, list]) => {
    const [zh, en] = name(list[0]!)
    return { id, zh, en, rows: list, children: [] }
  })
}

/** The first figures of an item's number. */
export function prefix(id: string, depth: number): string {
  return id.split('.').slice(0, depth).join('.')
}

/** The letter of an item under its control point, where it has one. */
export function letter(id: string): string {
  return id.split('.')[4] ?? ''
}

/** Whether a proposal waits for a person: it says something, and what was decided last rests on something else. */
export function waits(row: ChecklistRow): boolean {
  const { proposal, result } = row
  if (proposal === null || proposal.state === 'cannot_tell') return false
  if (result.value === 'not_assessed') return true
  const evidence = result.history.at(-1)?.evidence
  const implied = proposal.state === 'holds' ? 'compliant' : 'not_compliant'
  return evidence == null ? result.value !== implied : evidence.state !== proposal.state
}

/** Whether the row shows what the check proposes, since no person has decided yet. */
export function onlyProposed(row: ChecklistRow): boolean {
  return row.proposal !== null && row.result.value === 'not_assessed'
}
