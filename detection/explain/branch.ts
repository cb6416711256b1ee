import type { Span } from '../locate.ts'
import { every, some, type Truth, turned } from './judge.ts'
import type { Join, NodeKind } from './types.ts'

/** A node of an explanation while it is made. */
export interface Branch {
  readonly kind: NodeKind
  readonly join: Join | undefined
  readonly text: string
  holds: Truth
  readonly field: string | undefined
  readonly value: string | undefined
  /** Where the value stands in the raw line: sought for the nodes that are told only. */
  readonly span: (() => Span | undefined) | undefined
  readonly of: readonly Branch[]
  /** How many below it are left out. */
  readonly more: number
  /** Lines below it (itself, if it is one) that must turn out otherwise for it to hold, and for it not to. */
  readonly cost: Cost
}

interface Cost {
  readonly hold: number
  readonly fail: number
}

const NOTHING_SEEN = { field: undefined, value: undefined, span: undefined, more: 0 }

/** A node that follows from those below it. */
export function joined(kind: NodeKind, join: Join, text: string, of: readonly Branch[]): Branch {
  return { ...NOTHING_SEEN, kind, join, text, of, holds: holdsOf(join, of), cost: costOf(join, of) }
}

/** What `of` comes to under `join`. */
export function holdsOf(join: Join, of: readonly { readonly holds: Truth }[]): Truth {
  const truths = of.map((b) => b.holds)
  const truth = join === 'all' || join === 'notAll' ? every(truths) : some(truths)
  return join === 'none' || join === 'notAll' ? turned(truth) : truth
}

function costOf(join: Join, of: readonly Branch[]): Cost {
  const sum = (to: keyof Cost) => of.reduce((n, b) => n + b.cost[to], 0)
  const least = (to: keyof Cost) => of.reduce((n, b) => Math.min(n, b.cost[to]), Number.POSITIVE_INFINITY)
  switch (join) {
    case 'all':
      return { hold: sum('hold'), fail: least('fail') }
    case 'any':
      return { hold: least('hold'), fail: sum('fail') }
    case 'none':
      return { hold: sum('fail'), fail: least('hold') }
    case 'notAll':
      return { hold: least('fail'), fail: sum('hold') }
  }
}

/** What a single line costs: what depends on hidden fields may well be as wanted. */
export function costOfLine(holds: Truth): Cost {
  return { hold: holds === false ? 1 : 0, fail: holds === true ? 1 : 0 }
}

/**
 * The fewest lines (items) that would have to turn out otherwise for the branch to come to `wanted`, in the tree's order;
 * of several such sets the first.
 */
export function nearestLines(branch: Branch, wanted: boolean): readonly Branch[] {
  const to = (want: boolean) => (want ? 'hold' : 'fail')
  if (branch.cost[to(wanted)] === 0) return []
  if (branch.kind === 'item' || branch.join === undefined) return [branch]
  const { join, of } = branch
  const below = join === 'none' || join === 'notAll' ? !wanted : wanted
  const together = (join === 'all' || join === 'notAll') === below
  if (together) return of.flatMap((b) => nearestLines(b, below))
  const least = of.reduce((n, b) => Math.min(n, b.cost[to(below)]), Number.POSITIVE_INFINITY)
  const cheapest = of.find((b) => b.cost[to(below)] === least)
  return cheapest === undefined ? [branch] : nearestLines(cheapest, below)
}

/** Notes what follows for those below from a branch's coming to `truth`, where hidden fields had left it open. */
export function settle(branch: Branch, truth: boolean): void {
  if (branch.holds === undefined) branch.holds = truth
  const { join, of } = branch
  if (join === undefined) return
  const below = join === 'none' || join === 'notAll' ? !truth : truth
  if ((join === 'all' || join === 'notAll') === below) {
    for (const b of of) settle(b, below)
    return
  }
  const open = of.filter((b) => b.holds !== !below)
  if (open.length === 1 && branch.more === 0) settle(open[0]!, below)
}
