import { isNull, textOf } from '../core/evaluate.ts'
import type { EventView } from '../core/event.ts'
import { fold } from '../core/fold.ts'
import { listOf } from '../core/view.ts'

/** Where a match looks for the one it is about, unless the rule says otherwise. */
const USUAL = ['user.name', 'source.ip', 'host.name'] as const

/** The entity of an event that names nobody. */
const NOBODY = '-'

/** Longest value of an entity, UTF-16 units; what an attacker makes longer is cut off. */
const LONGEST = 256

/**
 * The primary entity of a match, `field:value`: the rule's field, else the first present of the usual ones. What many
 * share (bastion host, NAT, root) is never a key: the next field is taken. `shared` holds such values, folded.
 */
export function entityOf(view: EventView, field: string | undefined, shared: ReadonlySet<string>): string {
  const own = field === undefined ? undefined : entityIn(view, field, shared)
  if (own !== undefined) return own
  for (const name of USUAL) {
    const found = entityIn(view, name, shared)
    if (found !== undefined) return found
  }
  return NOBODY
}

/**
 * The primary entity of what a correlation put together: its field, else the first of the usual ones, else the first by
 * which it groups. Shared values are passed over here as well.
 */
export function entityOfGroup(
  group: Readonly<Record<string, string>>,
  field: string | undefined,
  shared: ReadonlySet<string>,
): string {
  for (const name of [...(field === undefined ? [] : [field]), ...USUAL, ...Object.keys(group)]) {
    const text = Object.hasOwn(group, name) ? group[name]! : ''
    if (text !== '' && !shared.has(fold(text))) return `${name}:${text.slice(0, LONGEST)}`
  }
  return NOBODY
}

function entityIn(view: EventView, field: string, shared: ReadonlySet<string>): string | undefined {
  const value = view.get(field)
  if (value === undefined || isNull(value)) return undefined
  const first = listOf(value).find((v) => v !== null)
  if (first === undefined || first === null) return undefined
  const text = textOf(first)
  return text === '' || shared.has(fold(text)) ? undefined : `${field}:${text.slice(0, LONGEST)}`
}
