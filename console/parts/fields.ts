/** A field of an event by its dotted name with its value as text; several values are several entries' one text. */
export interface FlatField {
  readonly name: string
  readonly values: readonly string[]
}

/** An event as a flat list of dotted names, sorted; the raw line is left out, it has a place of its own. */
export function flatten(ecs: unknown): readonly FlatField[] {
  const out: FlatField[] = []
  const walk = (prefix: string, value: unknown): void => {
    if (Array.isArray(value)) {
      if (value.every((v) => typeof v !== 'object' || v === null)) out.push({ name: prefix, values: value.map(String) })
      else for (const v of value) walk(prefix, v)
    } else if (typeof value === 'object' && value !== null) {
      for (const [k, v] of Object.entries(value)) walk(prefix === '' ? k : `${prefix}.${k}`, v)
    } else if (value !== undefined && value !== null) out.push({ name: prefix, values: [String(value)] })
  }
  walk('', ecs)
  return out.filter((f) => f.name !== 'event.original').sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** One value of a field as KQL. */
export function clauseOf(field: string, value: string): string {
  return `${field}: "${value.replace(/\\/g, '\\\\').replace(/"/g, '\\"')}"`
}
