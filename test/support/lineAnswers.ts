import { expect } from 'vitest'
import { compileFilter } from '../../core/evaluate.ts'
import { parseJson } from '../../core/exactJson.ts'
import { and, type Filter } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'
import type { LineMatcher } from '../../detection/matchLines.ts'

/** What a matcher needs of a rule. */
export interface Rule {
  readonly filter: Filter
  readonly routing: Filter
}

/** What the plain evaluator says of a line; undefined where it is no JSON object. */
export function plain(rules: readonly Rule[]): (line: string) => number[] | undefined {
  const tests = rules.map((r) => compileFilter(and(r.routing, r.filter)))
  return (line) => {
    let object: unknown
    try {
      object = parseJson(line)
    } catch {
      return undefined
    }
    if (typeof object !== 'object' || object === null || Array.isArray(object)) return undefined
    const view = viewOfJson(object)
    return tests.flatMap((holds, i) => (holds(view) ? [i] : []))
  }
}

/** What the matcher says of lines, one by one. */
export function told(matcher: LineMatcher, lines: readonly string[]): (readonly number[] | undefined)[] {
  const all: (readonly number[] | undefined)[] = lines.map((l) => (l.trim() === '' ? undefined : []))
  const events = matcher.events
  const bytes = Buffer.from(`${lines.join('\n')}\n`)
  const count = matcher.match(bytes, {
    matched(line, rules, from, to) {
      expect(bytes.toString('utf8', from, to)).toBe(lines[line]!.toWellFormed())
      all[line] = rules
    },
    refused(line, from, to) {
      expect(bytes.toString('utf8', from, to)).toBe(lines[line]!.toWellFormed())
      all[line] = undefined
    },
  })
  expect(count).toBe(lines.length)
  expect(matcher.events - events).toBe(all.filter((a) => a !== undefined).length)
  return all
}
