import { Menu } from '@mantine/core'
import { useState } from 'react'
import { NAMED_RANGES, type NamedRange, rangeOf, rangeText } from '../address/timeRange.ts'
import { compactTime } from '../format/time.ts'
import { Icon } from '../glyphs/Icon.tsx'
import { useWords, type Words } from '../messages/index.ts'
import { useSettings } from '../session/settings.ts'
import { Dialog } from './Dialog.tsx'
import { useSpan } from './useSpan.tsx'

function nameOf(range: NamedRange, words: Words): string {
  const t = words.time
  return {
    'now-15m': t.last15m,
    'now-1h': t.last1h,
    'now-4h': t.last4h,
    'now-24h': t.last24h,
    'now-7d': t.last7d,
    'now-30d': t.last30d,
    all: t.all,
  }[range]
}

/** The range of time that a page asks for: by name, or from and to. */
export function TimeRange({ value, onChange }: { readonly value: string; readonly onChange: (text: string) => void }) {
  const words = useWords()
  const { language } = useSettings()
  const [custom, setCustom] = useState(false)
  const named = NAMED_RANGES.find((r) => r === value)
  const range = rangeOf(value, Date.now())
  const label =
    named !== undefined
      ? nameOf(named, words)
      : `${range.from === undefined ? '…' : compactTime(range.from, language)} – ${range.to === undefined ? '…' : compactTime(range.to, language)}`
  return (
    <>
      <Menu>
        <Menu.Target>
          <button type="button" className="sd-button sd-button-default" aria-label={`${words.time.range}: ${label}`}>
            <Icon name="clock" size={14} />
            {label}
            <Icon name="down" size={12} />
          </button>
        </Menu.Target>
        <Menu.Dropdown>
          {NAMED_RANGES.map((r) => (
            <Menu.Item key={r} onClick={() => onChange(r)}>
              {nameOf(r, words)}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={() => setCustom(true)}>{words.time.custom}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {custom && (
        <CustomRange
          from={range.from}
          to={range.to}
          onChange={(text) => {
            setCustom(false)
            onChange(text)
          }}
          onClose={() => setCustom(false)}
        />
      )}
    </>
  )
}

function CustomRange({
  from,
  to,
  onChange,
  onClose,
}: {
  readonly from: string | undefined
  readonly to: string | undefined
  readonly onChange: (text: string) => void
  readonly onClose: () => void
}) {
  const words = useWords()
  const span = useSpan(
    from === undefined ? Date.now() - 86_400_000 : Date.parse(from),
    to === undefined ? Date.now() : Date.parse(to),
  )
  return (
    <Dialog
      title={words.time.custom}
      submit={words.time.apply}
      onClose={onClose}
      onSubmit={() => {
        const range = span.read()
        if (range !== undefined) onChange(rangeText(range.from, range.to))
      }}
    >
      {span.fields}
    </Dialog>
  )
}
