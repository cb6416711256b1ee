import type { Filter } from '../../core/filter.ts'
import { fold } from '../../core/fold.ts'
import type { StoredSearch } from '../events/storedSearch.ts'
import { compileDsl } from './compileDsl.ts'
import { type Dsl, isExact } from './dsl.ts'

/**
 * The query that finds the events for which a filter holds, for a server that nobody has asked yet: of letters that
 * versions of Unicode may fold otherwise, any character is a candidate.
 */
export function storedDsl(filter: Filter): StoredSearch<Dsl> {
  const cond = compileDsl(filter, uncertainLetters())
  return { exact: isExact(cond), query: cond.may }
}

/** Letters older than the rest of their neighbourhood: the signs for ohm, kelvin and ångström. */
const OLD = [0x2126, 0x212a, 0x212b]
/** Scripts before this point (Latin, Greek, Cyrillic) have kept their capitals since long. */
const FIRST = 0x530

let known: ReadonlySet<number> | undefined

function uncertainLetters(): ReadonlySet<number> {
  if (known !== undefined) return known
  const found = new Set<number>()
  for (let i = FIRST; i < 0x20000; i++) {
    if ((i >= 0xd800 && i <= 0xdfff) || OLD.includes(i)) continue
    const c = String.fromCodePoint(i)
    const folded = fold(c)
    if (folded !== c || /\p{Cn}/u.test(c)) for (const one of [c, ...folded]) found.add(one.codePointAt(0)!)
  }
  known = found
  return known
}
