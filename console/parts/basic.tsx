import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { useState } from 'react'
import { dateTime, utc } from '../format/time.ts'
import { Icon, type IconName } from '../glyphs/Icon.tsx'
import { useWords } from '../messages/index.ts'
import { useSettings } from '../session/settings.ts'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'default' | 'quiet' | 'danger' | 'link'
  readonly icon?: IconName
  /** The shortcut shown on it. */
  readonly hint?: string
}

/** A button: verb and object. One primary a page. */
export function Button({ kind = 'default', icon, hint, children, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`sd-button sd-button-${kind} ${rest.className ?? ''}`}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
      {hint !== undefined && <Kbd keys={hint} />}
    </button>
  )
}

/** A square button with an icon and a name for those who do not see it. */
export function IconButton({
  icon,
  label,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { readonly icon: IconName; readonly label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={`sd-icon-button ${rest.className ?? ''}`}
    >
      <Icon name={icon} />
    </button>
  )
}

/** A key as printed on the keyboard; a hint for the eye only, the help dialog says it in words. */
export function Kbd({ keys }: { readonly keys: string }) {
  return (
    <span aria-hidden="true">
      <kbd className="sd-kbd">{keys}</kbd>
    </span>
  )
}

/** The first sign of a name, in a disc; the name itself stands beside it or is hidden text. */
export function Avatar({ name, alone = false }: { readonly name: string; readonly alone?: boolean }) {
  const short = /[㐀-鿿]/.test(name)
    ? name.slice(0, 1)
    : name
        .split(/[\s._-]+/)
        .map((w) => w.slice(0, 1).toUpperCase())
        .slice(0, 2)
        .join('')
  return (
    <>
      <span className="sd-avatar" aria-hidden="true" title={alone ? name : undefined}>
        {short}
      </span>
      {alone && <span className="sd-hidden">{name}</span>}
    </>
  )
}

/** An instant in the reader's zone; hover and focus show UTC. */
export function Time({ at, as = dateTime }: { readonly at: string; readonly as?: typeof dateTime }) {
  const words = useWords()
  const { language } = useSettings()
  return (
    <time dateTime={at} title={words.time.utc(utc(at))}>
      {as(at, language)}
    </time>
  )
}

/** Copies exact text; says that it did on the button itself. */
export function CopyButton({
  text,
  children,
  kind = 'quiet',
}: {
  readonly text: string
  readonly children: ReactNode
  readonly kind?: 'quiet' | 'default' | 'link'
}) {
  const words = useWords()
  const [done, setDone] = useState(false)
  return (
    <Button
      kind={kind}
      icon="copy"
      onClick={() => {
        void navigator.clipboard?.writeText(text).then(() => {
          setDone(true)
          setTimeout(() => setDone(false), 2000)
        })
      }}
    >
      <span aria-live="polite">{done ? words.state.copied : children}</span>
    </Button>
  )
}

/** An entity `field:value` with the icon of its kind. */
export function Entity({ of, chip = false }: { readonly of: string; readonly chip?: boolean }) {
  const { field, value } = splitEntity(of)
  if (value === '') return <span className="sd-3">–</span>
  const icon: IconName = field.startsWith('user')
    ? 'user'
    : field.startsWith('host')
      ? 'host'
      : field.endsWith('.ip') || field.startsWith('source')
        ? 'globe'
        : 'tag'
  return (
    <span className={chip ? 'sd-entity sd-chip' : 'sd-entity'} title={of}>
      <Icon name={icon} size={13} />
      <span className="sd-mono">{value}</span>
    </span>
  )
}

/** `user.name:yw-chen03` in its two parts; `-` is nobody. */
function splitEntity(entity: string): { readonly field: string; readonly value: string } {
  const at = entity.indexOf(':')
  return at < 0 ? { field: '', value: '' } : { field: entity.slice(0, at), value: entity.slice(at + 1) }
}

/** A strip above content: something to know, or to act on. */
export function Strip({
  tone,
  icon,
  children,
  action,
}: {
  readonly tone: 'news' | 'stale' | 'partial' | 'conflict' | 'error' | 'note'
  readonly icon?: IconName
  readonly children: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className={`sd-strip sd-strip-${tone}`}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      <div className="sd-strip-text">{children}</div>
      {action}
    </div>
  )
}
