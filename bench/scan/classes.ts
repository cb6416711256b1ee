import { compileFilter } from '../../core/evaluate.ts'
import type { Filter } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'
import { LineMatcher } from '../../detection/index.ts'
import { backgroundLines } from '../eventLines.ts'
import { compare } from './compare.ts'
import { someRules } from './material.ts'

/**
 * `node bench/scan/classes.ts`: which log sources an event is of is told by the classes of a few values, not by asking each. The
 * rules ask for nothing else here that an event has; the scan's time includes walking the line, the other's no parsing.
 */
const NEVER: Filter = { op: 'exists', field: ['no such field'] }
const routings = new Map(someRules().map(({ routing }) => [JSON.stringify(routing), routing]))
const matcher = new LineMatcher([...routings.values()].map((routing) => ({ routing, filter: NEVER })))
const lines = backgroundLines().slice(0, 5000)
const block = Buffer.from(lines.join('\n'))
const tests = [...routings.values()].map(compileFilter)
const views = lines.map((line) => viewOfJson(JSON.parse(line) as object))

compare(
  `telling which of ${routings.size} log sources a line is of`,
  lines.length,
  () => {
    matcher.match(block, { matched() {}, refused() {} })
  },
  {
    name: 'asking each',
    work: () => {
      for (const view of views) for (const test of tests) test(view)
    },
  },
)
