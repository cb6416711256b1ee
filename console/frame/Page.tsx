import { type ReactNode, useEffect } from 'react'
import { count } from '../format/number.ts'
import { clock } from '../format/time.ts'
import { useWords } from '../messages/index.ts'
import { IconButton, Kbd, Strip } from '../parts/basic.tsx'
import { live } from '../session/live.ts'
import { said } from '../session/say.ts'
import { useStore } from '../session/store.ts'
import { menuOpen } from './menuOpen.ts'

/** The body of a page: one heading, tools, views, content, and the strip at the foot. */
export function Page({
  title,
  before,
  beside,
  below,
  tools,
  views,
  dropped = [],
  stale = false,
  foot,
  children,
}: {
  readonly title: string
  /** Bread crumbs. */
  readonly before?: ReactNode
  /** On the line of the heading. */
  readonly beside?: ReactNode
  /** A line of its own under the heading. */
  readonly below?: ReactNode
  readonly tools?: ReactNode
  readonly views?: ReactNode
  /** Parameters of the address that could not be read. */
  readonly dropped?: readonly string[]
  /** Whether the page follows the live stream and says so when it breaks. */
  readonly stale?: boolean
  readonly foot?: ReactNode
  readonly children: ReactNode
}) {
  const words = useWords()
  useEffect(() => {
    document.title = `${title} · ${words.brand}`
  }, [title, words.brand])
  const { state, asOf } = useStore(live)
  return (
    <div className="sd-page">
      <header className="sd-page-head" data-two={below !== undefined || undefined}>
        <IconButton icon="menu" label={words.menu.open} className="sd-menu-button" onClick={() => menuOpen.set(true)} />
        <div className="sd-page-title">
          {before}
          <h1>{title}</h1>
          {beside}
        </div>
        {tools !== undefined && <div className="sd-page-tools">{tools}</div>}
        {below !== undefined && <div className="sd-page-below">{below}</div>}
      </header>
      {views}
      <main id="main" tabIndex={-1} className="sd-main">
        {dropped.length > 0 && <Strip tone="note">{words.frame.dropped(dropped.join(', '))}</Strip>}
        {stale && state === 'lost' && (
          <Strip tone="stale" icon="clock">
            {words.frame.stale(clock(asOf))}
          </Strip>
        )}
        {children}
      </main>
      {foot}
    </div>
  )
}

/** The strip at the foot: the result of the last act, the keys of this page, when the list was asked for. */
export function Foot({
  keys = [],
  loadedAt,
  right,
}: {
  readonly keys?: readonly (readonly [string, string])[]
  readonly loadedAt?: number | undefined
  readonly right?: ReactNode
}) {
  const words = useWords()
  const text = useStore(said)
  return (
    <footer className="sd-foot">
      <div role="status" className="sd-said">
        {text}
      </div>
      <div className="sd-foot-keys" aria-hidden="true">
        {keys.map(([k, what]) => (
          <span key={k}>
            {k.split(' ').map((one) => (
              <Kbd key={one} keys={one} />
            ))}
            {what}
          </span>
        ))}
        <span>
          <Kbd keys="?" />
          {words.keysHelp.all}
        </span>
      </div>
      <div className="sd-foot-right">
        {right ?? (loadedAt === undefined ? '' : words.frame.updated(clock(loadedAt)))}
      </div>
    </footer>
  )
}

/** Views of one list, as links: each has an address and, where known, its count. */
export function Views({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <nav className="sd-views" aria-label={label}>
      <ul>{children}</ul>
    </nav>
  )
}

/** One view. `link` renders the router's link around what it is given. */
export function View({
  n,
  children,
  link,
}: {
  readonly n?: number | undefined
  readonly children: ReactNode
  readonly link: (content: ReactNode) => ReactNode
}) {
  return (
    <li>
      {link(
        <>
          {children}
          {n !== undefined && <span className="sd-view-count"> {count(n)}</span>}
        </>,
      )}
    </li>
  )
}
