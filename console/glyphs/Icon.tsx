import type { ReactNode } from 'react'

const PATHS = {
  incidents: <path d="M8 1.8 3 3.4v4c0 3 2 5.3 5 6.8 3-1.5 5-3.8 5-6.8v-4ZM8 5v3.2M8 10.4v.2" />,
  events: (
    <>
      <path d="M2 3.5h12M2 7.5h5M2 11.5h4" />
      <circle cx="10.6" cy="9.8" r="2.6" />
      <path d="m12.6 11.8 1.9 1.9" />
    </>
  ),
  collectors: <path d="M2 3.5h3.5c2 0 2 4.5 4 4.5H14M2 12.5h3.5c2 0 2-4.5 4-4.5M11.5 5.5 14 8l-2.5 2.5" />,
  rules: <path d="m5 4-3.5 4L5 12M11 4l3.5 4L11 12" />,
  findings: (
    <>
      <circle cx="7" cy="7" r="4.6" />
      <path d="m10.4 10.4 3.6 3.6M7 4.8v2.6l1.6 1" />
    </>
  ),
  systems: <path d="M8 2 1.8 5 8 8l6.2-3ZM1.8 8 8 11l6.2-3M1.8 11 8 14l6.2-3" />,
  checklist: <path d="m1.8 4 1.2 1.2L5 3M1.8 8.4 3 9.6l2-2.2M1.8 12.6l1.2 1.2 2-2.2M7.5 4H14M7.5 8.4H14M7.5 12.6H14" />,
  accounts: (
    <>
      <circle cx="6" cy="5.2" r="2.7" />
      <path d="M1.2 13.6c.2-3 2-4.6 4.8-4.6s4.6 1.6 4.8 4.6M10.4 2.8a2.6 2.6 0 0 1 0 4.8M12.4 9.6c1.5.7 2.3 2 2.4 4" />
    </>
  ),
  keys: (
    <>
      <circle cx="5" cy="11" r="3" />
      <path d="m7.2 8.8 6-6M11 5l2 2M9.2 6.8l1.4 1.4" />
    </>
  ),
  audit: (
    <path d="M6.6 9.4a2.8 2.8 0 0 0 4 0l2.4-2.4a2.8 2.8 0 0 0-4-4l-.9.9M9.4 6.6a2.8 2.8 0 0 0-4 0L3 9a2.8 2.8 0 0 0 4 4l.9-.9" />
  ),
  menu: <path d="M2 4h12M2 8h12M2 12h12" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  down: <path d="m4.5 6.5 3.5 3.5 3.5-3.5" />,
  right: <path d="m6.5 4.5 3.5 3.5-3.5 3.5" />,
  left: <path d="M9.5 4.5 6 8l3.5 3.5" />,
  up: <path d="M8 13V3.5M4.5 7 8 3.5 11.5 7" />,
  clock: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M8 4.6V8l2.2 1.4" />
    </>
  ),
  search: (
    <>
      <circle cx="7" cy="7" r="4.6" />
      <path d="m10.4 10.4 3.6 3.6" />
    </>
  ),
  filter: <path d="M2 4h12M4.5 8h7M7 12h2" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8" rx="1.4" />
      <path d="M10.5 5.5V3.9c0-.8-.6-1.4-1.4-1.4H3.9c-.8 0-1.4.6-1.4 1.4v5.2c0 .8.6 1.4 1.4 1.4h1.6" />
    </>
  ),
  user: (
    <>
      <circle cx="8" cy="5" r="2.8" />
      <path d="M2.6 14c.3-3 2.4-4.6 5.4-4.6s5.1 1.6 5.4 4.6" />
    </>
  ),
  host: <path d="M2.2 3h11.6v7.6H2.2ZM5.6 13.4h4.8M8 10.6v2.8" />,
  globe: (
    <>
      <circle cx="8" cy="8" r="5.8" />
      <path d="M2.2 8h11.6M8 2.2c3.2 3.4 3.2 8.2 0 11.6-3.2-3.4-3.2-8.2 0-11.6Z" />
    </>
  ),
  tag: <path d="M2.4 2.4h5.2l6 6-5.2 5.2-6-6ZM5.2 5.2h.1" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="3" />
      <path d="M8 1.2v1.6M8 13.2v1.6M1.2 8h1.6M13.2 8h1.6M3.2 3.2l1.1 1.1M11.7 11.7l1.1 1.1M12.8 3.2l-1.1 1.1M4.3 11.7l-1.1 1.1" />
    </>
  ),
  moon: <path d="M13.4 9.8A5.8 5.8 0 0 1 6.2 2.6a5.8 5.8 0 1 0 7.2 7.2Z" />,
  warning: <path d="M8 2.2 1.6 13.4h12.8ZM8 6.4v3.2M8 11.4v.2" />,
  lock: <path d="M3.4 7h9.2v6.6H3.4ZM5.2 7V5a2.8 2.8 0 0 1 5.6 0v2" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  minus: <path d="M3.5 8h9" />,
  link: (
    <path d="M6.6 9.4a2.8 2.8 0 0 0 4 0l2.4-2.4a2.8 2.8 0 0 0-4-4l-.9.9M9.4 6.6a2.8 2.8 0 0 0-4 0L3 9a2.8 2.8 0 0 0 4 4l.9-.9" />
  ),
  check: <path d="m3 8.4 3.4 3.4L13 4.6" />,
  arrow: <path d="M3 8h10M9.5 4.5 13 8l-3.5 3.5" />,
  comment: <path d="M2.2 3h11.6v8H7l-3 2.6V11H2.2Z" />,
  table: <path d="M2 3h12v10H2ZM2 6.4h12M2 9.8h12M6.5 6.4V13" />,
} as const satisfies Record<string, ReactNode>

export type IconName = keyof typeof PATHS

/** A line icon, always beside a word or on a control that has a name of its own. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      className="sd-icon"
    >
      {PATHS[name]}
    </svg>
  )
}
