import { describe, expect, test } from 'vitest'
import { expectAgreement, publicRules, recordedLines } from '../support/agreement.ts'
import { describeMaterial } from '../support/material.ts'
import { mutatedLines, randomNumbers } from '../support/mutatedLines.ts'

/** A million lines, by parts, so that one that is stopped tells how far it came. */
const PARTS = Array.from({ length: 20 }, (_, i) => i + 1)
const COUNT = 50_000

describeMaterial('over the public corpus', 'sigma/background.ndjson.gz', () => {
  describe(`every matcher and the plain evaluator agree on ${PARTS.length} times ${COUNT} generated lines`, () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1e9)
    test.for(PARTS)('part %i', (part) => {
      const rules = publicRules()
      const { background, regression } = recordedLines()
      const events = [...background, ...regression, ...regression, ...regression].map((l) => JSON.parse(l) as object)
      const lines = mutatedLines(events, COUNT, randomNumbers(seed + part))
      const matches = expectAgreement(rules, lines, background.slice(0, 5_000))
      console.log(`part ${part} of seed ${seed}: ${matches} matches`)
      expect(matches).toBeGreaterThan(COUNT / 1000)
    })
  })
})
