import { type ReactNode, useEffect, useRef } from 'react'
import { useKeys } from '../keys/keys.ts'
import { useWords } from '../messages/index.ts'
import { IconButton } from './basic.tsx'

/**
 * A drawer beside the list: not modal, the list stays usable. Focus goes in when it opens and back when it closes; on a
 * narrow screen it is a page.
 */
export function Drawer({
  label,
  head,
  children,
  foot,
  onClose,
  focus = true,
}: {
  readonly label: string
  readonly head: ReactNode
  readonly children: ReactNode
  readonly foot?: ReactNode
  readonly onClose: () => void
  readonly focus?: boolean
}) {
  const words = useWords()
  const ref = useRef<HTMLElement>(null)
  useEffect(() => {
    if (!focus) return
    const before = document.activeElement
    ref.current?.focus({ preventScroll: true })
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true })
    }
  }, [focus])
  useKeys([{ keys: 'Escape', label: words.frame.close, act: onClose }])
  return (
    <aside className="sd-drawer" aria-label={label} ref={ref} tabIndex={-1}>
      <div className="sd-drawer-head">
        <div className="sd-drawer-title">{head}</div>
        <IconButton icon="close" label={words.frame.close} onClick={onClose} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="sd-drawer-body" tabIndex={0} role="group" aria-label={label}>
        {children}
      </div>
      {foot !== undefined && <div className="sd-drawer-foot">{foot}</div>}
    </aside>
  )
}

/** A part of a drawer or side column, with its heading. */
export function Section({
  title,
  aside,
  children,
}: {
  readonly title?: ReactNode
  readonly aside?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <section className="sd-section">
      {title !== undefined && (
        <div className="sd-section-head">
          <h2>{title}</h2>
          {aside}
        </div>
      )}
      {children}
    </section>
  )
}

/** Names and values, two columns. */
export function Facts({ of }: { readonly of: readonly (readonly [string, ReactNode] | undefined)[] }) {
  return (
    <dl className="sd-facts">
      {of.map(
        (f) =>
          f !== undefined && (
            <div key={f[0]}>
              <dt>{f[0]}</dt>
              <dd>{f[1]}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
