import { type Checked, checking } from './checking.ts'
import type { SigmaCorrelation } from './correlation.ts'
import type { SourceDocument } from './document.ts'
import type { Lists } from './expand.ts'
import { readCorrelation } from './readCorrelation.ts'
import { readFilter } from './readFilter.ts'
import { readRule } from './readRule.ts'
import { isMap } from './readSearch.ts'
import type { SigmaFilter, SigmaRule } from './types.ts'

/** A Sigma document of any kind. */
export type SigmaDocument =
  | { readonly kind: 'rule'; readonly rule: SigmaRule }
  | { readonly kind: 'filter'; readonly filter: SigmaFilter }
  | { readonly kind: 'correlation'; readonly correlation: SigmaCorrelation }

/** Reads a document as what its keys say that it is. `fallbackId` is for documents without id. */
export function readDocument(document: SourceDocument, fallbackId: string, lists: Lists): Checked<SigmaDocument> {
  const { report, result } = checking<SigmaDocument>(document)
  const top = document.value
  if (!isMap(top)) {
    report('SIG-006', [], {})
    return result(undefined)
  }
  const [kind, second] = ['detection', 'correlation', 'filter'].filter((key) => top[key] !== undefined)
  const other = unsupported(top)
  if (other !== undefined) report('SIG-005', [other.key], { kind: other.kind }, { key: true })
  else if (second !== undefined) report('SIG-009', [second], { one: kind!, other: second }, { key: true })
  else if (kind === undefined && top.logsource === undefined) report('SIG-006', [], {})
  else if (kind === 'filter') {
    const { value, problems } = readFilter(document, fallbackId, lists)
    return { value: value && { kind, filter: value }, problems }
  } else if (kind === 'correlation') {
    const { value, problems } = readCorrelation(document, fallbackId)
    return { value: value && { kind, correlation: value }, problems }
  } else {
    const { value, problems } = readRule(document, fallbackId, lists)
    return { value: value && { kind: 'rule', rule: value }, problems }
  }
  return result(undefined)
}

function unsupported(top: Readonly<Record<string, unknown>>): { key: string; kind: string } | undefined {
  if (top.action !== undefined) return { key: 'action', kind: 'collections ("action: global")' }
  if ((top.taxonomy ?? 'sigma') !== 'sigma') return { key: 'taxonomy', kind: 'taxonomies other than "sigma"' }
  return undefined
}
