import { Icon } from '../glyphs/Icon.tsx'
import { useWords } from '../messages/index.ts'
import type { FlatField } from './fields.ts'
import { visible } from './Raw.tsx'

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
