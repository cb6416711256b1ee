import { expect, test } from 'vitest'
import { parseTimespan, timespanText } from '../../detection/sigma/timespan.ts'

test('a timespan reads as rules write it, in the largest unit that makes it whole', () => {
  const texts = ['45s', '90s', '10m', '36h', '7d', '2M', '18M', '1y']
  expect(texts.map((t) => timespanText(parseTimespan(t)!))).toEqual(texts)
  expect(['3600s', '60m', '24h', '2w', '12M'].map((t) => timespanText(parseTimespan(t)!))).toEqual([
    '1h',
    '1h',
    '1d',
    '14d',
    '1y',
  ])
})
