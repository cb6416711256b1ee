import { Icon } from '../glyphs/Icon.tsx'
import { useWords } from '../messages/index.ts'
import { visible } from './Raw.tsx'

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

/** Fields of an event, name beside value; deciding values marked, each value with + and − where a search is near. */
export function Ecs({
  fields,
  decisive = new Map(),
  onFilter,
}: {
  readonly fields: readonly FlatField[]
  /** Field to the numbers of the clauses it decided. */
  readonly decisive?: ReadonlyMap<string, readonly number[]>
  readonly onFilter?: (field: string, value: string, not: boolean) => void
}) {
  const words = useWords()
  return (
    <dl className="sd-ecs">
      {fields.map((f) => {
        const numbers = decisive.get(f.name)
        const text = f.values.join(', ')
        return (
          <div key={f.name}>
            <dt>{f.name}</dt>
            <dd>
              {numbers === undefined ? (
                <span>{visible(text)}</span>
              ) : (
                <span>
                  <mark>{visible(text)}</mark>
                </span>
              )}
              {numbers !== undefined && <span className="sd-ecs-n">{numbers.join(', ')}</span>}
              {onFilter !== undefined && f.values.length > 0 && (
                <PlusMinus field={f.name} value={f.values[0]!} onFilter={onFilter} words={words.events} />
              )}
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

/** + keeps only what has this value, − leaves it out. */
export function PlusMinus({
  field,
  value,
  onFilter,
  words,
}: {
  readonly field: string
  readonly value: string
  readonly onFilter: (field: string, value: string, not: boolean) => void
  readonly words: { only: (field: string, value: string) => string; exclude: (field: string, value: string) => string }
}) {
  return (
    <span className="sd-actions">
      <button
        type="button"
        className="sd-icon-button sd-icon-button-framed"
        aria-label={words.only(field, value)}
        title={words.only(field, value)}
        onClick={() => onFilter(field, value, false)}
      >
        <Icon name="plus" size={12} />
      </button>
      <button
        type="button"
        className="sd-icon-button sd-icon-button-framed"
        aria-label={words.exclude(field, value)}
        title={words.exclude(field, value)}
        onClick={() => onFilter(field, value, true)}
      >
        <Icon name="minus" size={12} />
      </button>
    </span>
  )
}
