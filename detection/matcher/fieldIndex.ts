import type { Facts } from './facts.ts'
import { createLiteralIndex, type LiteralIndex } from './literalIndex.ts'

/** What rules look for in one field: for a folded text, the numbers of the rules that might match. */
export interface FieldIndex {
  /** Reports each rule that a value of the slot (which the event fills) makes a candidate. */
  probe(facts: Facts, slot: number, found: (id: number) => void): void
}

/** Probes of one field, gathered. */
export interface FieldProbes {
  readonly terms: Map<string, number[]>
  readonly prefixes: Map<string, number[]>
  readonly suffixes: Map<string, number[]>
  readonly inside: Map<string, number[]>
  readonly present: number[]
}

export function emptyProbes(): FieldProbes {
  return { terms: new Map(), prefixes: new Map(), suffixes: new Map(), inside: new Map(), present: [] }
}

export function createFieldIndex(probes: FieldProbes): FieldIndex {
  const { terms, present } = probes
  const heads = byLength(probes.prefixes)
  const tails = byLength(probes.suffixes)
  const inside: LiteralIndex | undefined = probes.inside.size > 0 ? createLiteralIndex(probes.inside) : undefined
  const withTexts = terms.size > 0 || heads.length > 0 || tails.length > 0 || inside !== undefined

  const probeText = (text: string, found: (id: number) => void): void => {
    report(terms.get(text), found)
    for (const { length, ids } of heads) {
      if (length > text.length) break
      report(ids.get(text.slice(0, length)), found)
    }
    for (const { length, ids } of tails) {
      if (length > text.length) break
      report(ids.get(text.slice(text.length - length)), found)
    }
    inside?.scan(text, found)
  }
  return {
    probe(facts, slot, found) {
      for (const id of present) found(id)
      if (!withTexts) return
      const folded = facts.folded(slot)
      if (typeof folded === 'string') probeText(folded, found)
      else for (const text of folded) probeText(text, found)
    },
  }
}

function report(ids: readonly number[] | undefined, found: (id: number) => void): void {
  if (ids !== undefined) for (const id of ids) found(id)
}

function byLength(texts: ReadonlyMap<string, readonly number[]>) {
  const lengths = new Map<number, Map<string, readonly number[]>>()
  for (const [text, ids] of texts) {
    const same = lengths.get(text.length) ?? new Map<string, readonly number[]>()
    same.set(text, ids)
    lengths.set(text.length, same)
  }
  return [...lengths].map(([length, ids]) => ({ length, ids })).sort((a, b) => a.length - b.length)
}
