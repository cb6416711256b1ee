import { clauseOf, type FlatField } from '../../parts/fields.ts'

/** A clause that an event offers, and whether an exception begins with it. */
interface Candidate {
  readonly clause: string
  readonly chosen: boolean
}

/** Fields by which people tell one lawful doer from another, the most telling first. */
const TELLING = [
  'user.name',
  'host.name',
  'source.ip',
  'process.name',
  'process.executable',
  'process.command_line',
  'process.parent.executable',
  'file.path',
  'url.path',
  'destination.ip',
]

/** The longest value that is worth a clause, characters. */
const LONGEST = 160

/** What an exception for this event may say: its entity first, then what tells it from others. */
export function candidates(entity: string | undefined, fields: readonly FlatField[]): readonly Candidate[] {
  const out: Candidate[] = []
  const add = (field: string, value: string, chosen: boolean) => {
    const clause = clauseOf(field, value)
    if (value !== '' && value.length <= LONGEST && !out.some((c) => c.clause === clause)) out.push({ clause, chosen })
  }
  const at = entity?.indexOf(':') ?? -1
  if (entity !== undefined && at > 0 && !entity.endsWith(':***')) add(entity.slice(0, at), entity.slice(at + 1), true)
  for (const name of TELLING) {
    const value = fields.find((f) => f.name === name)?.values[0]
    if (value !== undefined) add(name, value, out.length === 0)
  }
  return out
}

const AND = ' and '
const QUOTED = /"(?:\\.|[^"\\])*"?/g

/** Whether a query holds a clause as one of its parts. */
export function has(query: string, clause: string): boolean {
  return partsOf(query).includes(clause)
}

/** The query with that clause added at its end, or taken out where it stands. */
export function toggle(query: string, clause: string): string {
  const parts = partsOf(query)
  if (parts.includes(clause)) return parts.filter((p) => p !== clause).join(AND)
  const kept = parts.join(AND)
  const narrowed = /\bor\b/i.test(kept.replace(QUOTED, '')) ? `(${kept})` : kept
  return [...(kept === '' ? [] : [narrowed]), clause].join(AND)
}

/** What a query joins by `and`, quoted values whole. */
function partsOf(query: string): readonly string[] {
  // Quoted text is blanked at equal length, so that places in it and in the query are the same.
  const bare = query.replace(QUOTED, (text) => '_'.repeat(text.length))
  const parts: string[] = []
  let from = 0
  for (let at = bare.indexOf(AND); at >= 0; at = bare.indexOf(AND, from)) {
    parts.push(query.slice(from, at))
    from = at + AND.length
  }
  parts.push(query.slice(from))
  return parts.map((p) => p.trim()).filter((p) => p !== '')
}
