import type { LineExaminer } from '../core/detector.ts'
import { covers, OWN_FIELDS } from '../core/filter.ts'
import type { Matchable } from './matcher/classes.ts'
import { namesIn } from './matcher/foldLeaves.ts'
import { LineMatcher } from './matchLines.ts'

/** An examiner of lines for these rules, numbered as in the list; undefined where one asks for what no line says. */
export function createLineExaminer(rules: readonly Matchable[]): LineExaminer | undefined {
  for (const name of namesIn(rules.flatMap((r) => [r.filter, r.routing])))
    if (covers(OWN_FIELDS, name)) return undefined
  const matcher = new LineMatcher(rules, { learns: true })
  return {
    examine(block, found) {
      matcher.match(block, {
        matched: (_line, matches, _from, to) => found(to, matches),
        refused() {},
      })
    },
  }
}
