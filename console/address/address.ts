import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { isOwnAddress } from './isOwnAddress.ts'
import { isTimeText } from './timeRange.ts'

/** Every parameter that an address may carry, and how to tell a good value. The only place that reads them. */
const PARAMETERS = {
  /** KQL. */
  q: (v: string) => v.length <= 8000,
  /** `now-24h`, `FROM..TO` or `all`. */
  t: isTimeText,
  /** The open row. */
  sel: (v: string) => v.length <= 300,
  /** The rule (on a page of events) or event (on that of an incident) that the dialog "why not" asks about; `-` to choose. */
  why: (v: string) => v.length <= 300,
  tab: (v: string) => /^[a-z]{1,20}$/.test(v),
  view: (v: string) => /^[a-z_]{1,20}$/.test(v),
  /** Whether the preview stands open. */
  p: (v: string) => v === '0' || v === '1',
  /** A category of a checklist. */
  part: (v: string) => v.length <= 60,
  /** Severities, joined by commas. */
  level: (v: string) => /^[a-z]{1,12}(,[a-z]{1,12}){0,4}$/.test(v),
  /** Where a rule came from. */
  origin: (v: string) => /^[a-z]{1,20}$/.test(v),
  /** Whether a rule is on. */
  on: (v: string) => v === '1' || v === '0',
  /** By what a list of rules is sorted. */
  sort: (v: string) => v === 'hits',
  /** Only items with a proposal. */
  only: (v: string) => v === 'proposal',
  /** Where to go after sign-in: an address of this console. */
  to: isOwnAddress,
  after: (v: string) => v === 'set-up',
} as const satisfies Record<string, (value: string) => boolean>

export type Parameter = keyof typeof PARAMETERS
export type Address = { readonly [K in Parameter]?: string }

/** Reads an address; what cannot be read is dropped and named. */
function readAddress(raw: Readonly<Record<string, unknown>>): {
  readonly values: Address
  readonly dropped: readonly string[]
} {
  const values: { [K in Parameter]?: string } = {}
  const dropped: string[] = []
  for (const [key, value] of Object.entries(raw)) {
    const text = typeof value === 'string' ? value : undefined
    if (!(key in PARAMETERS) || text === undefined || !PARAMETERS[key as Parameter](text)) dropped.push(key)
    else if (text !== '') values[key as Parameter] = text
  }
  return { values, dropped }
}

/** The address bar as state: typing replaces, choosing pushes. */
export function useAddress(): {
  readonly values: Address
  readonly dropped: readonly string[]
  readonly change: (change: { readonly [K in Parameter]?: string | undefined }, how?: 'push' | 'replace') => void
} {
  const raw = useSearch({ strict: false }) as Record<string, unknown>
  const navigate = useNavigate()
  const read = useMemo(() => readAddress(raw), [raw])
  const change = useCallback(
    (next: { readonly [K in Parameter]?: string | undefined }, how: 'push' | 'replace' = 'push') => {
      void navigate({
        to: '.',
        replace: how === 'replace',
        search: ((before: Record<string, unknown>) => {
          const merged: Record<string, unknown> = { ...readAddress(before).values, ...next }
          return Object.fromEntries(Object.entries(merged).filter(([, v]) => v !== undefined && v !== ''))
        }) as never,
      })
    },
    [navigate],
  )
  return { ...read, change }
}
