import fc from 'fast-check'
import { expect, test } from 'vitest'
import { exactNumber, parseJson } from '../../core/exactJson.ts'

test('JSON is read as JSON.parse reads it, but for numbers that it cannot hold', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parseJson(text)).toEqual(JSON.parse(text))
    }),
  )
  expect(parseJson('{"a":[9007199254740993,9007199254740991,1.5],"__proto__":{"b":-12345678901234567890}}')).toEqual(
    JSON.parse('{"a":["9007199254740993",9007199254740991,1.5],"__proto__":{"b":"-12345678901234567890"}}'),
  )
  expect(() => parseJson('{"a":12345678901234567890')).toThrow(SyntaxError)
})

test('a number keeps its digits as text only where JavaScript would change them', () => {
  const same = ['0', '-1', '9007199254740991', '10000000000000000', '1.5', '1e21', '1.0000000000000000001', '1e-400']
  for (const source of same) expect(exactNumber(source)).toBe(Number(source))
  for (const source of ['9007199254740993', '-9223372036854775809', '1e400']) expect(exactNumber(source)).toBe(source)
})

test('a text that is nested too deep to be gone through is read all the same', () => {
  const deep = `${'{"a":'.repeat(50_000)}12345678901234567890${'}'.repeat(50_000)}`
  expect(parseJson(deep)).toBeTypeOf('object')
})
