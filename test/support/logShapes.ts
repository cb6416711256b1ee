import { describe, expect, test } from 'vitest'
import { matches } from './nativeMatch.ts'

/** One selection, and an event for it in every form. */
export interface ShapeCase {
  readonly logsource: string
  readonly selection: string
  /** The same event in every form that its sources give it. */
  readonly events: Readonly<Record<string, object>>
  readonly others?: Readonly<Record<string, object>>
}

/** Each case matches its events, and none of the others. */
export function describeShapes(cases: Readonly<Record<string, ShapeCase>>): void {
  describe.each(Object.entries(cases))('%s', (_, { logsource, selection, events, others }) => {
    test.each(Object.entries(events))('%s', (_, event) => {
      expect(matches(logsource, selection, event)).toBe(true)
    })
    for (const [name, event] of Object.entries(others ?? {}))
      test(`not ${name}`, () => {
        expect(matches(logsource, selection, event)).toBe(false)
      })
  })
}
