import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FrameReader, MAX_MESSAGE } from '../../collectors/syslog/framing.ts'
import { kernelDrops } from '../../collectors/syslog/kernelDrops.ts'

function frames(chunks: readonly (string | Buffer)[], end = false): { messages: string[]; cuts: number } {
  const messages: string[] = []
  let cuts = 0
  const reader = new FrameReader({ frame: (m) => messages.push(m.toString('latin1')), cut: () => cuts++ })
  for (const c of chunks) reader.push(Buffer.from(c as string, 'latin1'))
  if (end) reader.end()
  return { messages, cuts }
}

describe('lines', () => {
  test('a connection that begins with < is taken apart at line feeds, whatever the segments', () => {
    expect(frames(['<37>one\n<37>t', 'wo\r\n', '<37>thr', 'ee\n\n\n']).messages).toEqual([
      '<37>one',
      '<37>two',
      '<37>three',
    ])
  })

  test('the second line of a message is a line of its own, also where it begins with digits', () => {
    expect(frames(['<37>one\n42 errors found\n5 x\n']).messages).toEqual(['<37>one', '42 errors found', '5 x'])
  })

  test('a last line without line feed counts when the connection ends', () => {
    expect(frames(['<37>one\n<37>two'])).toEqual({ messages: ['<37>one'], cuts: 0 })
    expect(frames(['<37>one\n<37>two'], true).messages).toEqual(['<37>one', '<37>two'])
  })

  test('a line beyond the limit is cut, its rest skipped, and the next is whole', () => {
    const { messages, cuts } = frames([`<37>${'x'.repeat(MAX_MESSAGE)}`, 'yyy', 'zzz\n<37>next\n'])
    expect(messages.map((m) => m.length)).toEqual([MAX_MESSAGE, 8])
    expect(cuts).toBe(1)
  })
})

describe('a message that is waited for no longer', () => {
  const cutAfter = (first: string, then: string) => {
    const messages: string[] = []
    let cuts = 0
    const reader = new FrameReader({ frame: (m) => messages.push(m.toString('latin1')), cut: () => cuts++ })
    reader.push(Buffer.from(first))
    reader.cutShort()
    const { waiting } = reader
    reader.push(Buffer.from(then))
    return { messages, cuts, waiting }
  }

  test.each([
    ['a line', '<37>one\n<37>half', ' a line\n<37>next\n', ['<37>one', '<37>half', '<37>next']],
    ['a counted one', '7 <37>one10 <37>ha', 'lf..7 <37>two', ['<37>one', '<37>ha', '<37>two']],
    ['a line among counted ones', '7 <37>onehalf', ' a line\n7 <37>two', ['<37>one', 'half', '<37>two']],
  ])('is taken as far as it came, and the next is whole: %s', (_, first, then, messages) => {
    expect(cutAfter(first, then)).toEqual({ messages, cuts: 1, waiting: 0 })
  })

  test('a count that is coming is waited for', () => {
    expect(cutAfter('7 <37>one1', '0 <37>three!')).toMatchObject({ messages: ['<37>one', '<37>three!'], cuts: 0 })
  })
})

describe('octet counting', () => {
  test('counts come with the message, or in a segment of their own', () => {
    expect(frames(['7 <37>one7 <37>two', '9 ', '<37>three', '1', '0 <37>f', 'our!!']).messages).toEqual([
      '<37>one',
      '<37>two',
      '<37>three',
      '<37>four!!',
    ])
  })

  test('a count that includes a trailing line feed, and line feeds between, leave nothing behind', () => {
    expect(frames(['8 <37>one\n8 <37>two\n', '7 <37>six\n\n7 <37>ten']).messages).toEqual([
      '<37>one',
      '<37>two',
      '<37>six',
      '<37>ten',
    ])
  })

  test('a message may hold line feeds and begin with digits', () => {
    expect(frames(['12 <37>a\nb\n1 c\n']).messages).toEqual(['<37>a\nb\n1 c'])
  })

  test('where a count should stand and does not, what comes is a line', () => {
    expect(frames(['7 <37>one<37>oops\n7 <37>two']).messages).toEqual(['<37>one', '<37>oops', '<37>two'])
  })

  test('64 kB of any bytes come through; Latin-1 and escapes are untouched', () => {
    const text = `<37>${'\u00e9\u001b[0m'.repeat(13_000)}`
    expect(frames([`${text.length} ${text}`]).messages).toEqual([text])
  })

  test('a message beyond the limit is cut, its rest skipped', () => {
    const { messages, cuts } = frames([`${MAX_MESSAGE + 10} <37>`, 'x'.repeat(MAX_MESSAGE), 'y'.repeat(6), '7 <37>two'])
    expect(messages.map((m) => m.length)).toEqual([MAX_MESSAGE, 7])
    expect(cuts).toBe(1)
  })

  test('a message whose connection ends in the middle is kept as far as it came, and counted', () => {
    expect(frames(['20 <37>half'], true)).toEqual({ messages: ['<37>half'], cuts: 1 })
    expect(frames(['20'], true).messages).toEqual([])
  })
})

test('however the bytes are cut into segments, the messages are the same', () => {
  const message = fc
    .string({ minLength: 1, maxLength: 40, unit: fc.constantFrom('a', '1', ' ', '<', '\n', 'é') })
    .map((s) => `<1>${s}.`)
  fc.assert(
    fc.property(
      fc.array(message, { minLength: 1, maxLength: 10 }),
      fc.array(fc.nat(50)),
      fc.boolean(),
      (all, cuts, counted) => {
        const lines = all.map((m) => m.replaceAll('\n', '~'))
        const bytes = counted ? all.map((m) => `${m.length} ${m}`).join('') : lines.map((l) => `${l}\n`).join('')
        const chunks: string[] = []
        let at = 0
        for (const c of cuts) {
          chunks.push(bytes.slice(at, at + c))
          at += c
        }
        chunks.push(bytes.slice(at))
        expect(frames(chunks).messages).toEqual(counted ? all : lines)
      },
    ),
  )
})

test('drops are read from the row of the port', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  512: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 22317 2 0000000000000000 243
  513: 00000000:0044 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 100 2 0000000000000000 7
`
  expect(kernelDrops(table, 5514)).toBe(243)
  expect(kernelDrops(table, 68)).toBe(7)
  expect(kernelDrops(table, 1)).toBe(0)
})
