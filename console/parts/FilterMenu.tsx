import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { Icon } from '../glyphs/Icon.tsx'

/** One choice of a filter. */
export interface FilterOption<T extends string> {
  readonly value: T
  readonly label: string
  readonly glyph?: ReactNode
}

/** A filter of a list that stays one button wide: one value or any. */
export function FilterMenu<T extends string>({
  label,
  any,
  value,
  options,
  onChange,
}: {
  readonly label: string
  readonly any: string
  readonly value: T | undefined
  readonly options: readonly FilterOption<T>[]
  readonly onChange: (value: T | undefined) => void
}) {
  const chosen = options.find((o) => o.value === value)
  return (
    <Menu>
      <Menu.Target>
        <FilterButton label={label} text={chosen?.label ?? any} on={chosen !== undefined} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={value ?? ''} onChange={(v) => onChange(v === '' ? undefined : (v as T))}>
          <Menu.RadioItem value="" closeMenuOnClick>
            {any}
          </Menu.RadioItem>
          {options.map((o) => (
            <Menu.RadioItem key={o.value} value={o.value} closeMenuOnClick>
              {o.label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

/** A filter of a list that stays one button wide: any number of values; none means all. */
export function FilterSetMenu<T extends string>({
  label,
  any,
  values,
  options,
  onChange,
}: {
  readonly label: string
  readonly any: string
  readonly values: readonly T[]
  readonly options: readonly FilterOption<T>[]
  readonly onChange: (values: readonly T[]) => void
}) {
  const chosen = options.filter((o) => values.includes(o.value))
  const text = chosen.length === 0 ? any : chosen.map((o) => o.label).join(' · ')
  return (
    <Menu>
      <Menu.Target>
        <FilterButton label={label} text={text} on={chosen.length > 0} />
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.CheckboxGroup
          value={[...values]}
          onChange={(next) => onChange(options.map((o) => o.value).filter((v) => next.includes(v)))}
        >
          {options.map((o) => (
            <Menu.CheckboxItem key={o.value} value={o.value}>
              <span className="sd-state">
                {o.glyph}
                {o.label}
              </span>
            </Menu.CheckboxItem>
          ))}
        </Menu.CheckboxGroup>
      </Menu.Dropdown>
    </Menu>
  )
}

function FilterButton({
  label,
  text,
  on,
  ...rest
}: {
  readonly label: string
  readonly text: string
  readonly on: boolean
}) {
  return (
    <button type="button" {...rest} className="sd-button sd-button-default sd-filter" data-on={on || undefined}>
      <span className="sd-2">{label}</span>
      <span className="sd-cut">{text}</span>
      <Icon name="down" size={12} />
    </button>
  )
}
