import { useWords } from '../messages/index.ts'

export type SeverityName = 'critical' | 'high' | 'medium' | 'low' | 'info'

/** Worst first. */
export const SEVERITIES: readonly SeverityName[] = ['critical', 'high', 'medium', 'low', 'info']

/** The silhouette of a severity, recognisable at 12 px without colour. */
export function SeverityGlyph({ of, size = 12 }: { readonly of: SeverityName; readonly size?: number }) {
  const colour = `var(--sd-${of}-graphic)`
  return (
    <svg width={size} height={size} viewBox="0 0 12 12" aria-hidden="true" className="sd-glyph">
      {of === 'critical' && (
        <>
          <path d="M3.6 0h4.8L12 3.6v4.8L8.4 12H3.6L0 8.4V3.6Z" fill={colour} />
          <path d="M6 2.8v3.8M6 8.6v.4" stroke="var(--sd-surface)" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )}
      {of === 'high' && <path d="M6 .8 12 11.4H0Z" fill={colour} />}
      {of === 'medium' && <path d="m6 0 6 6-6 6-6-6Z" fill={colour} />}
      {of === 'low' && (
        <path d="M1.4 2.2h9.2L6 10.2Z" fill="none" stroke={colour} strokeWidth="1.6" strokeLinejoin="round" />
      )}
      {of === 'info' && <circle cx="6" cy="6" r="4.6" fill="none" stroke={colour} strokeWidth="1.6" />}
    </svg>
  )
}

/** Glyph and word. In tables only the word of the highest severity is coloured. */
export function Severity({ of, soft = false }: { readonly of: SeverityName; readonly soft?: boolean }) {
  const words = useWords()
  return (
    <span className={soft ? `sd-state sd-soft-${of}` : `sd-state${of === 'critical' ? ' sd-critical' : ''}`}>
      <SeverityGlyph of={of} />
      <span>{words.severity[of]}</span>
    </span>
  )
}
