import { FIELDS, type FieldType } from '../../core/fields.ts'
import { PAYLOAD, RAW_LINE } from '../../core/filter.ts'
import { COERCE, type Coerce } from './coerce.ts'

/** A typed field, ready to be set: its place in the nested event and how a value becomes its type. */
export interface Leaf {
  readonly name: string
  readonly path: readonly string[]
  readonly type: FieldType
  readonly multi: boolean
  readonly coerce: Coerce
  /** Set by the platform alone: what a payload says goes to the remainder under this name. */
  readonly reserved: string | undefined
}

/** A key of a payload that the catalogue knows: a typed field, or a group with the keys below it. */
type Known = Leaf | Group

export interface Group {
  /** With its trailing dot, for the names of what it holds. */
  readonly prefix: string
  /** By the key relative to this group, also dotted over several levels (`os.name` in `host`). */
  readonly keys: ReadonlyMap<string, Known>
  /** Where it stands in the nested event. */
  readonly path: readonly string[]
}

/** What a payload calls so must not pass for the platform's own; it is kept under another name. */
const RESERVED: Readonly<Record<string, string>> = {
  'event.id': `${PAYLOAD}event.id`,
  'event.ingested': `${PAYLOAD}event.ingested`,
  [RAW_LINE]: PAYLOAD + RAW_LINE,
}

/** Every typed field by its dotted name, the platform's own (`suidun.*`) included. */
export const LEAVES: ReadonlyMap<string, Leaf> = new Map(
  FIELDS.map((f) => [
    f.name,
    {
      name: f.name,
      path: f.name.split('.'),
      type: f.type,
      multi: f.multi,
      coerce: COERCE[f.type],
      reserved: RESERVED[f.name],
    },
  ]),
)

/** What a payload's top level may spell, plus further spellings for typed fields (`user` for `user.name`). */
export function compileKeys(aliases: Readonly<Record<string, string>> = {}): Group {
  const root = group([])
  for (const leaf of LEAVES.values()) {
    if (leaf.name.startsWith('suidun.')) continue
    const at: { group: ReturnType<typeof group>; from: number }[] = [{ group: root, from: 0 }]
    leaf.path.forEach((_, i) => {
      const relative = (from: number) => leaf.path.slice(from, i + 1).join('.')
      if (i === leaf.path.length - 1) {
        for (const a of at) a.group.keys.set(relative(a.from), leaf)
        return
      }
      const above = at.at(-1)!
      const next = (above.group.keys.get(leaf.path[i]!) ?? group(leaf.path.slice(0, i + 1))) as ReturnType<typeof group>
      for (const a of at) a.group.keys.set(relative(a.from), next)
      at.push({ group: next, from: i + 1 })
    })
  }
  for (const [key, name] of Object.entries(aliases)) {
    const leaf = LEAVES.get(name)
    if (leaf === undefined) throw new Error(`no field ${name} in the catalogue (alias ${key})`)
    root.keys.set(key, leaf)
  }
  return root
}

function group(path: readonly string[]): { prefix: string; path: readonly string[]; keys: Map<string, Known> } {
  return { prefix: path.map((p) => `${p}.`).join(''), path, keys: new Map() }
}
