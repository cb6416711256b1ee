import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formOf } from '../../detection/eventForm.ts'
import { EventSplitter, type Refusal, type SplitEvent } from '../../detection/eventSplitter.ts'

interface All {
  readonly lines: readonly string[]
  readonly events: readonly SplitEvent[]
  readonly refused: readonly Refusal[]
}

function splitAll(pieces: readonly Uint8Array[], longest = 1 << 20): All {
  const splitter = new EventSplitter(longest)
  const all = { lines: [] as string[], events: [] as SplitEvent[], refused: [] as Refusal[] }
  const take = () => {
    const { lines, events, refused } = splitter.take()
    all.lines.push(...lines.toString('utf8').split('\n').slice(0, -1))
    all.events.push(...events)
    all.refused.push(...refused)
  }
  for (const piece of pieces) {
    splitter.push(piece)
    take()
  }
  splitter.end()
  take()
  return all
}

const split = (text: string, longest?: number) => splitAll([Buffer.from(text)], longest)

function cutUp(bytes: Buffer, places: readonly number[]): Uint8Array[] {
  const at = [0, ...places.map((p) => p % (bytes.length + 1)), bytes.length].sort((a, b) => a - b)
  // Each in memory of its own, which is overwritten afterwards by nobody: a piece need not outlive the next.
  return at.slice(1).map((to, i) => Uint8Array.from(bytes.subarray(at[i], to)))
}

const lineAt = (text: string, byte: number) => Buffer.from(text).subarray(0, byte).toString('utf8').split('\n').length

const event = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.oneof(
    fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }),
    fc.string({ unit: fc.constantFrom(...'{}[],:"\\ \n') }),
  ),
)
const indent = fc.constantFrom(undefined, 0, 1, 2, 4, '\t')
const file = fc
  .tuple(
    fc.array(event, { maxLength: 6 }),
    indent,
    fc.constantFrom('list', 'objects', 'records', 'elements'),
    fc.boolean(),
  )
  .map(([events, space, form, carriageReturns]) => {
    const texts = events.map((e) => JSON.stringify(e, undefined, space))
    const text =
      form === 'list'
        ? JSON.stringify(events, undefined, space)
        : form === 'objects'
          ? texts.join('\n')
          : form === 'elements'
            ? `[\n${texts.join(',\n')}\n]\n`
            : texts.map((t, i) => `Record ${i}\n${t}\n`).join('')
    return { events, form, text: carriageReturns ? text.replaceAll('\n', '\r\n') : text }
  })

describe('events that do not stand one a line', () => {
  test('come one a line, with the place where each stands, however they are written', () => {
    fc.assert(
      fc.property(file, ({ events, form, text }) => {
        const all = split(text)
        expect(all.refused).toEqual([])
        const isEvent = all.lines.map((l) => l.startsWith('{'))
        expect(all.lines.filter((_, i) => isEvent[i]).map((l) => JSON.parse(l))).toEqual(
          events.map((e) => JSON.parse(JSON.stringify(e))),
        )
        expect(all.lines.filter((l) => !l.startsWith('{')).length).toBe(form === 'records' ? events.length : 0)
        for (const [i, { line, from, to }] of all.events.entries()) {
          expect(line).toBe(lineAt(text, from))
          if (isEvent[i])
            expect(JSON.parse(Buffer.from(text).subarray(from, to).toString('utf8'))).toEqual(JSON.parse(all.lines[i]!))
        }
      }),
      { numRuns: 300 },
    )
  })

  test('are the same however the bytes are cut, whatever they are', () => {
    const noise = fc.string({ unit: fc.constantFrom(...'{}[],:"\\ \n1a数') })
    const damaged = fc.tuple(file, fc.nat(), noise).map(([{ text }, at, more]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + more + text.slice(place)
    })
    fc.assert(
      fc.property(fc.oneof(damaged, noise), fc.array(fc.nat(), { maxLength: 20 }), (text, cuts) => {
        const bytes = Buffer.from(text)
        expect(splitAll(cutUp(bytes, cuts))).toEqual(splitAll([bytes]))
      }),
      { numRuns: 500 },
    )
  })

  test('have a place beside their line where something stands before them in it', () => {
    const places = (text: string) => split(text).events.map(({ line, event: place }) => [line, place])
    expect(places('[{"a":1},{"a":2},\n{"a":3}, {"a":4}]')).toEqual([
      [1, 1],
      [1, 2],
      [2, undefined],
      [2, 4],
    ])
    expect(places('[\n{\n}, {\n}\n]\n[{}]')).toEqual([
      [2, undefined],
      [3, 2],
      [6, 1],
    ])
    expect(places('{}{}\n{} {}')).toEqual([
      [1, undefined],
      [1, 2],
      [2, undefined],
      [2, 2],
    ])
  })
})

describe('what breaks off is told with its line, and the next is read', () => {
  const read = (text: string, longest?: number) => {
    const { lines, events, refused } = split(text, longest)
    return {
      events: lines.map((l, i) => [events[i]!.line, l.replaceAll(' ', '')]),
      refused: refused.map((r) => r.line),
    }
  }
  test.each([
    [
      'a text that a line ends',
      '{\n  "a": "x\n  "b": { "c": 1 },\n  "d": 2\n}\n{\n  "e": 3\n}\n',
      [1],
      [[6, '{"e":3}']],
    ],
    ['an object without its end', '[\n  {\n    "a": 1,\n  {\n    "e": 3\n  }\n]', [2], [[4, '{"e":3}']]],
    ['a line that was cut', '{"a":1,"b":{\n{"e":3}\n', [1], [[2, '{"e":3}']]],
    ['a list without its end', '[\n{"e":3},\n', [1], [[2, '{"e":3}']]],
    [
      'a single value without its end',
      '["abc\n{"e":3}]',
      [],
      [
        [1, '"abc'],
        [2, '{"e":3}'],
      ],
    ],
    ['an object at the end', '{"e":3}\n{"a":\n', [2], [[1, '{"e":3}']]],
    ['a list whose last broke off', '[\n  {\n    "a": "x\n  }\n]\n{"e":3}', [2], [[6, '{"e":3}']]],
  ])('%s', (_, text, refused, events) => {
    expect(read(text)).toEqual({ events, refused })
  })
  test('what is longer than may be, also where it never ends', () => {
    const long = `{"a":"${'x'.repeat(100)}"}`
    expect(read(`[${long},\n{"e":3}]`, 50)).toEqual({ events: [[2, '{"e":3}']], refused: [1] })
    expect(read(`{"e":3}\n${'['.repeat(1000)}`, 50)).toEqual({ events: [[1, '{"e":3}']], refused: [2, 2] })
  })
  test('no object, which its reader refuses', () => {
    expect(read('[1, "a,]\\"", {"e":3}, [2], x y\n]').events.map(([, l]) => l)).toEqual([
      '1',
      '"a,]\\""',
      '{"e":3}',
      '[2]',
      'xy',
    ])
  })
})

describe('how events stand is told by the first line that may be one', () => {
  test.each([
    ['{"a":1}\n', 'lines'],
    ['\n{"a":1}', undefined],
    ['{"a":1}{"a":2}\n', 'spread'],
    ['{"a":1,\n', 'spread'],
    ['{\n', 'spread'],
    ['\ufeff {\n', 'spread'],
    ['{"a":"1\n', 'lines'],
    ['[{', 'spread'],
    ['[', undefined],
    ['[\n', 'spread'],
    ['[]', 'spread'],
    ['[ 12.5] kernel\n', 'lines'],
    ['Record 1\r\n{\n', 'spread'],
    ['Record 1\n', undefined],
    ['type=SYSCALL\n', 'lines'],
    ['', undefined],
  ])('%j: %s', (text, form) => {
    expect(formOf(Buffer.from(text), false)).toBe(form)
    expect(formOf(Buffer.from(text), true)).toBe(form ?? (text === '[' ? 'spread' : 'lines'))
  })
})
