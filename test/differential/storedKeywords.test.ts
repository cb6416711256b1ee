import { expect, test } from 'vitest'
import { createNormaliser } from '../../collectors/index.ts'
import { parseJson } from '../../core/exactJson.ts'
import { ALL, type Filter } from '../../core/filter.ts'
import { createMatcher } from '../../detection/match.ts'
import { leavesOf } from '../../detection/matcher/foldLeaves.ts'
import { publicRules, recordedLines } from '../support/agreement.ts'
import { describeMaterial } from '../support/material.ts'
import { ORIGIN } from '../support/preparedBothWays.ts'

describeMaterial('keywords over recorded events', 'sigma/background.ndjson.gz', () => {
  test('are found in a line just where they are found in the event that it becomes', () => {
    const { background, regression } = recordedLines()
    const lines = [...background, ...regression]
    const keywords = keywordsOf(publicRules().map((r) => r.filter))
    expect(keywords.length).toBeGreaterThan(500)
    // Words that stand in these lines: some in values, some in names only, which are not searched.
    const names = new Set(lines.slice(0, 3000).flatMap((l) => [...l.matchAll(/"(\w{4,})":/g)].map((m) => m[1]!)))
    // An event has its time in one form beside that of the line.
    const words = lines
      .filter((_, i) => i % 100 === 0)
      .flatMap((l) => l.match(/\w{5,}/g)!.slice(0, 20))
      .filter((w) => !/^\d\dT\d|^\d+Z$/.test(w))
    const texts = [...new Set([...names, ...words, '":"', '","', 'null', 'event'])]
    const asked = [...keywords, ...texts.map((t): Filter => ({ op: 'keyword', pattern: [t], cased: false }))]
    const matcher = createMatcher(asked.map((filter) => ({ filter, routing: ALL })))
    const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })
    let found = 0
    for (const line of lines) {
      const { ecs, rest } = normalise(line, 'json', ORIGIN)
      const ofLine = matcher.ofJson(parseJson(line) as object)
      const ofEvent = matcher.ofStored({ ecs, rest })
      found += ofLine.length
      if (ofLine.join() !== ofEvent.join()) {
        const told = (ids: readonly number[], others: readonly number[]) =>
          ids.filter((i) => !others.includes(i)).map((i) => asked[i])
        expect({ line, more: told(ofEvent, ofLine), less: told(ofLine, ofEvent) }).toBe(undefined)
      }
    }
    expect(found).toBeGreaterThan(lines.length)
  })
})

/** Every different keyword that is sought in the whole event. */
function keywordsOf(filters: readonly Filter[]): Filter[] {
  const known = new Map<string, Filter>()
  for (const leaf of filters.flatMap(leavesOf)) {
    if (leaf.op === 'keyword' && leaf.within === undefined)
      known.set(JSON.stringify([leaf.pattern.map(String), leaf.cased]), leaf)
  }
  return [...known.values()]
}
