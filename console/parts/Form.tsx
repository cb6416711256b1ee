import { type InputHTMLAttributes, type ReactNode, type TextareaHTMLAttributes, useId } from 'react'
import { Icon } from '../glyphs/Icon.tsx'
import { useWords } from '../messages/index.ts'

interface Common {
  readonly label: string
  readonly hint?: string | undefined
  readonly error?: string | undefined
  /** Beside the label, e.g. show or hide. */
  readonly aside?: ReactNode
}

function Frame({
  id,
  label,
  hint,
  error,
  aside,
  children,
}: Common & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="sd-field" data-error={error !== undefined || undefined}>
      <div className="sd-field-head">
        <label htmlFor={id}>{label}</label>
        {aside}
      </div>
      {children}
      {error !== undefined ? (
        <p id={`${id}-note`} className="sd-field-error">
          <Icon name="warning" size={13} /> {error}
        </p>
      ) : (
        hint !== undefined && (
          <p id={`${id}-note`} className="sd-field-hint">
            {hint}
          </p>
        )
      )}
    </div>
  )
}

function described(id: string, p: Common) {
  return {
    id,
    'aria-invalid': p.error !== undefined || undefined,
    'aria-describedby': p.error !== undefined || p.hint !== undefined ? `${id}-note` : undefined,
  }
}

/** One line of text: label above, error below. */
export function TextField({ label, hint, error, aside, ...rest }: Common & InputHTMLAttributes<HTMLInputElement>) {
  const own = useId()
  const id = rest.id ?? own
  return (
    <Frame {...{ id, label, hint, error, aside }}>
      <input className="sd-input" {...rest} {...described(id, { label, hint, error })} />
    </Frame>
  )
}

/** Several lines of text. */
export function TextArea({ label, hint, error, aside, ...rest }: Common & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const own = useId()
  const id = rest.id ?? own
  return (
    <Frame {...{ id, label, hint, error, aside }}>
      <textarea className="sd-input" rows={3} {...rest} {...described(id, { label, hint, error })} />
    </Frame>
  )
}

/** One of a few. */
export function SelectField({
  label,
  hint,
  error,
  value,
  onChange,
  options,
}: Common & {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly options: readonly { readonly value: string; readonly label: string }[]
}) {
  const id = useId()
  return (
    <Frame {...{ id, label, hint, error }}>
      <select
        className="sd-input"
        value={value}
        onChange={(e) => onChange(e.target.value)}
        {...described(id, { label, hint, error })}
      >
        {options.map((o) => (
          <option key={o.value} value={o.value}>
            {o.label}
          </option>
        ))}
      </select>
    </Frame>
  )
}

/** One of two or three, all visible. */
export function Choice<T extends string>({
  label,
  value,
  onChange,
  options,
  hideLabel = false,
}: {
  readonly label: string
  readonly value: T
  readonly onChange: (value: T) => void
  readonly options: readonly { readonly value: T; readonly label: string; readonly lang?: string }[]
  readonly hideLabel?: boolean
}) {
  const name = useId()
  return (
    <fieldset className="sd-choice">
      <legend className={hideLabel ? 'sd-hidden' : undefined}>{label}</legend>
      <div>
        {options.map((o) => (
          <label key={o.value} data-on={o.value === value || undefined} lang={o.lang}>
            <input type="radio" name={name} checked={o.value === value} onChange={() => onChange(o.value)} />
            {o.label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** The errors of a form on top of it, each a link to its field. */
export function ErrorSummary({
  errors,
}: {
  readonly errors: readonly { readonly id: string; readonly text: string }[]
}) {
  const words = useWords()
  if (errors.length === 0) return null
  return (
    <div className="sd-error-summary" role="alert">
      <p>{words.form.problems}</p>
      <ul>
        {errors.map((e) => (
          <li key={e.id}>
            <a
              href={`#${e.id}`}
              onClick={(event) => {
                event.preventDefault()
                document.getElementById(e.id)?.focus()
              }}
            >
              {e.text}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
