import { useWords } from '../messages/index.ts'

export type StatusName = 'new' | 'triage' | 'in_progress' | 'contained' | 'resolved' | 'closed' | 'false_positive'

/** The way of work, a ring that fills; it borrows no colour from severity. */
export function StatusGlyph({ of, size = 14 }: { readonly of: StatusName; readonly size?: number }) {
  const quiet = of === 'new' || of === 'closed' || of === 'false_positive'
  const colour = quiet ? 'var(--sd-info-graphic)' : 'var(--sd-accent)'
  const ring = <circle cx="7" cy="7" r="5.6" fill="none" stroke={colour} strokeWidth="1.5" />
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" className="sd-glyph">
      {of === 'new' && (
        <circle cx="7" cy="7" r="5.6" fill="none" stroke={colour} strokeWidth="1.6" strokeDasharray="2 2.4" />
      )}
      {of === 'triage' && (
        <>
          {ring}
          <path d="M7 7V3.4A3.6 3.6 0 0 1 10.6 7Z" fill={colour} />
        </>
      )}
      {of === 'in_progress' && (
        <>
          {ring}
          <path d="M7 3.4a3.6 3.6 0 0 1 0 7.2Z" fill={colour} />
        </>
      )}
      {of === 'contained' && (
        <>
          {ring}
          <path d="M7 7V3.4A3.6 3.6 0 1 1 3.4 7Z" fill={colour} />
        </>
      )}
      {of === 'resolved' && (
        <>
          <circle cx="7" cy="7" r="6.3" fill={colour} />
          <path
            d="m4.2 7.2 2 2 3.6-4.2"
            fill="none"
            stroke="var(--sd-surface)"
            strokeWidth="1.5"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </>
      )}
      {of === 'closed' && (
        <>
          <circle cx="7" cy="7" r="6.3" fill={colour} />
          <path d="M4.4 7h5.2" stroke="var(--sd-surface)" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )}
      {of === 'false_positive' && (
        <>
          {ring}
          <path d="m3.2 10.8 7.6-7.6" stroke={colour} strokeWidth="1.5" />
        </>
      )}
    </svg>
  )
}

/** Glyph and word of an incident's status. */
export function Status({ of }: { readonly of: StatusName }) {
  const words = useWords()
  return (
    <span className="sd-state">
      <StatusGlyph of={of} />
      <span>{words.status[of]}</span>
    </span>
  )
}
