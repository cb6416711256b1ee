import { useWords } from '../messages/index.ts'

export type ResultName = 'compliant' | 'partly_compliant' | 'not_compliant' | 'not_applicable' | 'not_assessed'
export type CheckName = 'holds' | 'fails' | 'cannot_tell'

/** In the order of the keys 1 to 5. */
export const RESULTS: readonly ResultName[] = [
  'compliant',
  'partly_compliant',
  'not_compliant',
  'not_applicable',
  'not_assessed',
]

/** What a check's state would be as a result. */
export function proposedResult(state: CheckName): ResultName | 'cannot_tell' {
  return state === 'holds' ? 'compliant' : state === 'fails' ? 'not_compliant' : 'cannot_tell'
}

/** The silhouette of a result or of a check's doubt. */
export function ResultGlyph({ of, size = 14 }: { readonly of: ResultName | 'cannot_tell'; readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 14 14" aria-hidden="true" className="sd-glyph" fill="none">
      {of === 'compliant' && (
        <path
          d="m2.4 7.6 3 3 6.2-7"
          stroke="var(--sd-compliant-graphic)"
          strokeWidth="1.7"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )}
      {of === 'partly_compliant' && (
        <>
          <circle cx="7" cy="7" r="5.6" stroke="var(--sd-medium-graphic)" strokeWidth="1.4" />
          <path d="M7 1.4a5.6 5.6 0 0 0 0 11.2Z" fill="var(--sd-medium-graphic)" />
        </>
      )}
      {of === 'not_compliant' && (
        <>
          <rect x="1" y="1" width="12" height="12" rx="2" fill="var(--sd-not-compliant-graphic)" />
          <path
            d="m4.6 4.6 4.8 4.8M9.4 4.6 4.6 9.4"
            stroke="var(--sd-surface)"
            strokeWidth="1.6"
            strokeLinecap="round"
          />
        </>
      )}
      {of === 'not_applicable' && (
        <>
          <circle cx="7" cy="7" r="5.6" stroke="var(--sd-info-graphic)" strokeWidth="1.4" />
          <path d="M4.6 7h4.8" stroke="var(--sd-info-graphic)" strokeWidth="1.4" strokeLinecap="round" />
        </>
      )}
      {of === 'not_assessed' && (
        <circle cx="7" cy="7" r="5.6" stroke="var(--sd-info-graphic)" strokeWidth="1.4" strokeDasharray="1.4 2.1" />
      )}
      {of === 'cannot_tell' && (
        <>
          <path
            d="m7 .9 6.1 6.1L7 13.1.9 7Z"
            stroke="var(--sd-cannot-tell-graphic)"
            strokeWidth="1.3"
            strokeLinejoin="round"
          />
          <path
            d="M5.7 5.8a1.4 1.4 0 1 1 1.9 1.3c-.5.2-.6.5-.6 1M7 9.7v.1"
            stroke="var(--sd-cannot-tell-graphic)"
            strokeWidth="1.2"
            strokeLinecap="round"
          />
        </>
      )}
    </svg>
  )
}

const CLASS: Readonly<Record<ResultName | 'cannot_tell', string>> = {
  compliant: '',
  partly_compliant: ' sd-text-medium',
  not_compliant: ' sd-text-not-compliant',
  not_applicable: ' sd-2',
  not_assessed: ' sd-3',
  cannot_tell: ' sd-text-cannot-tell',
}

/** Glyph and word; every word but the good one carries its colour. */
export function Result({ of }: { readonly of: ResultName | 'cannot_tell' }) {
  const words = useWords()
  return (
    <span className={`sd-state${CLASS[of]}`}>
      <ResultGlyph of={of} />
      <span>{of === 'cannot_tell' ? words.check.cannot_tell : words.result[of]}</span>
    </span>
  )
}

/** A machine's proposal: dashed until a person decides. */
export function ProposalTag({ state }: { readonly state: CheckName }) {
  const words = useWords()
  const as = proposedResult(state)
  const tone = as === 'compliant' ? 'compliant' : as === 'not_compliant' ? 'not-compliant' : 'cannot-tell'
  return (
    <span className={`sd-state sd-text-${tone}`}>
      <span className="sd-proposal">{words.checklist.proposal}</span>
      <span>{as === 'cannot_tell' ? words.check.cannot_tell : words.result[as]}</span>
    </span>
  )
}
