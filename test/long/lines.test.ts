import { expect, test } from 'vitest'
import { expectAgreement, publicRules, recordedLines } from '../support/agreement.ts'
import { describeMaterial } from '../support/material.ts'
import { mutatedLines, randomNumbers } from '../support/mutatedLines.ts'

const COUNT = 1_000_000

describeMaterial('over the public corpus', 'sigma/background.ndjson.gz', () => {
  test(`every matcher and the plain evaluator agree on ${COUNT} generated lines`, () => {
    const rules = publicRules()
    const { background, regression } = recordedLines()
    const events = [...background, ...regression, ...regression, ...regression].map((l) => JSON.parse(l) as object)
    const seed = Number(process.env.SEED ?? Date.now() % 1e9)
    console.log(`seed ${seed}`)
    const lines = mutatedLines(events, COUNT, randomNumbers(seed))
    expect(expectAgreement(rules, lines, background.slice(0, 5_000))).toBeGreaterThan(COUNT / 1000)
  })
})
