import type { Condition } from '../sigma/types.ts'

/** One way to meet a condition: these match, those do not. */
export interface NamedWay {
  readonly present: ReadonlySet<string>
  readonly absent: ReadonlySet<string>
}

/** Most ways that a condition of ordered rules may come to. */
export const MOST_WAYS = 100

/** Every way to meet a condition; `undefined` where they are too many to tell apart. */
export function waysOf(condition: Condition, negated = false): readonly NamedWay[] | undefined {
  switch (condition.op) {
    case 'search': {
      const name = new Set([condition.name])
      return [negated ? { present: new Set(), absent: name } : { present: name, absent: new Set() }]
    }
    case 'not':
      return waysOf(condition.of, !negated)
    default: {
      const all = (condition.op === 'and') !== negated
      let ways: readonly NamedWay[] = all ? [{ present: new Set(), absent: new Set() }] : []
      for (const part of condition.of) {
        const more = waysOf(part, negated)
        if (more === undefined) return undefined
        ways = distinct(all ? ways.flatMap((a) => more.map((b) => both(a, b))) : [...ways, ...more])
        if (ways.length > MOST_WAYS) return undefined
      }
      return ways
    }
  }
}

function both(a: NamedWay, b: NamedWay): NamedWay {
  return { present: new Set([...a.present, ...b.present]), absent: new Set([...a.absent, ...b.absent]) }
}

/** Without ways that ask for the same and more, and those that contradict themselves. */
function distinct(ways: readonly NamedWay[]): readonly NamedWay[] {
  const possible = ways.filter((w) => ![...w.present].some((name) => w.absent.has(name)))
  return possible.filter(
    (w, i) => !possible.some((other, j) => j !== i && isWider(other, w) && (j < i || !isWider(w, other))),
  )
}

function isWider(a: NamedWay, b: NamedWay): boolean {
  return isWithin(a.present, b.present) && isWithin(a.absent, b.absent)
}

function isWithin(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].every((name) => b.has(name))
}

/** Whether a condition asks that some rule does not match. */
export function hasNot(condition: Condition): boolean {
  if (condition.op === 'not') return true
  return condition.op !== 'search' && condition.of.some(hasNot)
}
