import type { ErrorCode } from '../../core/errors.ts'
import type { Path } from './document.ts'
import type { Lists } from './expand.ts'
import { type Chain, readChain } from './modifiers.ts'
import type { Item, ItemValue } from './types.ts'
import { readValue, shown } from './value.ts'

/** Says that something at a path is wrong (or, as a warning, odd); `key` points at the key, not the value. */
export type Report = (
  code: ErrorCode,
  path: Path,
  details: Readonly<Record<string, string | number>>,
  at?: { readonly key?: boolean; readonly offset?: number; readonly severity?: 'error' | 'warning' },
) => void

/** What reading a rule needs beside its text. */
export interface Reading {
  readonly report: Report
  /** What placeholders stand for. */
  readonly lists: Lists
}

/** Reads `Field|modifiers: value(s)`; an empty field name means keywords. Reports every problem it finds. */
export function readItem(key: string, value: unknown, path: Path, { report, lists }: Reading): Item | undefined {
  const [name = '', ...written] = key.split('|')
  const chain = readChain(written)
  if ('code' in chain) {
    const offset = [name, ...written.slice(0, chain.index)].join('|').length + 1
    report(chain.code, path, chain.details, { key: true, offset })
    return undefined
  }
  const field = name === '' ? undefined : name
  const other = field === undefined ? notForKeywords(chain) : undefined
  if (other !== undefined) {
    report('SIG-021', path, { modifier: other }, { key: true })
    return undefined
  }
  const list = Array.isArray(value) ? (value.length === 0 ? [null] : value) : [value]
  const values: ItemValue[] = []
  let failed = false
  for (const [i, v] of list.entries()) {
    const at = Array.isArray(value) && value.length > 0 ? [...path, i] : path
    const filter = readValue(field, chain, v, {
      lists,
      report: (code, details, more) => {
        if (more?.severity !== 'warning') failed = true
        report(code, at, details, more)
      },
    })
    if (filter !== undefined) values.push({ shown: shown(v), filter })
  }
  if (chain.kind === 'exists' && list.length > 1) {
    report('SIG-016', path, { value: shown(value), modifier: 'exists', expected: 'one of true, false' })
    return undefined
  }
  if (chain.all && list.length === 1) report('SIG-037', path, {}, { key: true, severity: 'warning' })
  const { all, negated } = chain
  return failed ? undefined : { kind: 'item', field, key, values, all, negated }
}

/** Keywords are sought anywhere in any value: what places it, or compares more than its text, needs a field. */
function notForKeywords(chain: Chain): string | undefined {
  if ((chain.kind ?? 're') !== 're' || chain.shape === 'startswith' || chain.shape === 'endswith' || chain.negated)
    return chain.written.find((m) => m === chain.kind || m === chain.shape || m === 'neq')
  return undefined
}
