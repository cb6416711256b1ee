import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nest } from '../../core/nest.ts'
import { buildScan } from '../../detection/scan/buildScan.ts'
import { layout as at, openPlainScan, openScan, type Scan, ScanMemory, writeKeys } from '../../detection/scan/index.ts'
import { storedEvents } from '../support/arbitraries.ts'
import { choices, writeOddly } from '../support/jsonLines.ts'

test('the compiled scan is what its sources compile to', async () => {
  const built = await buildScan()
  const kept = readFileSync(new URL('../../detection/scan/scan.wasm', import.meta.url))
  expect(Buffer.from(built).equals(kept), 'npm run scan writes it anew').toBe(true)
}, 120_000)

const NAMES = [
  'a',
  'a.b',
  'a.b.c',
  'user.name',
  'message',
  'tags',
  'source.port',
  'x y',
  '数据',
  '__proto__',
  'event.code',
  '',
]
const ROOM = 1 << 16

/** A scan over a memory of its own, with tables to walk by. */
function walker(open: (memory: ScanMemory) => Scan): (line: Buffer) => readonly unknown[] {
  const memory = new ScanMemory(at.CONTROL_END)
  const block = memory.allocate(ROOM)
  writeKeys(memory, NAMES)
  for (const table of [at.SLOT_FIRST, at.SLOT_LAST, at.SLOT_LINE, at.SLOT_FIELD, at.PRESENT]) {
    memory.setWord(table, memory.allocate(NAMES.length * 4))
  }
  memory.setWord(at.STACK, memory.allocate(at.MOST_DEPTH * 16))
  memory.setWord(at.SPANS, memory.allocate((at.MOST_SPANS + 1) * at.SPAN_SIZE))
  const scan = open(memory)
  scan.prepare()
  return (line) => {
    memory.bytes.set(line, block)
    memory.bytes[block + line.length] = 10
    const status = scan.walk(block)
    const end = memory.word(at.LINE_TO) - block
    if (status !== at.DONE) return [status, end]
    const spans = memory.word(at.SPANS) >>> 2
    const kept = memory.words.slice(spans, spans + (memory.word(at.SPAN_COUNT) * at.SPAN_SIZE) / 4)
    const present = memory.word(at.PRESENT) >>> 2
    return [
      ...[status, end, memory.word(at.ODD_SPANS), memory.word(at.ODD_LINE)],
      memory.words.slice(present, present + memory.word(at.PRESENT_COUNT)).join(),
      kept.map((word, i) => ([0, 1, 4, 5].includes(i % 6) ? word - block : word)).join(),
    ]
  }
}

/** What a scan reads of a string as it is written in a line. */
function reader(open: (memory: ScanMemory) => Scan): (written: string, folded: boolean) => string | undefined {
  const memory = new ScanMemory(at.CONTROL_END)
  const line = memory.allocate(ROOM)
  const out = memory.allocate(ROOM)
  const scan = open(memory)
  scan.prepare()
  return (written, folded) => {
    const end = scan.readText(line, line + memory.bytes.write(written, line), out, folded)
    return end === 0 ? undefined : memory.bytes.toString('latin1', out, end)
  }
}

describe('the compiled scan and the one in TypeScript', () => {
  test('read the same of any string: what JSON.parse does, of ASCII only', () => {
    const [compiledText, plainText] = [reader(openScan), reader(openPlainScan)]
    const piece = fc.oneof(
      fc.constantFrom(
        '\\\\',
        '\\"',
        '\\/',
        '\\b',
        '\\f',
        '\\n',
        '\\r',
        '\\t',
        '\\u0041',
        '\\u005a',
        '\\u006A',
        '\\u00e9',
        'é',
        '数',
      ),
      fc.constantFrom('@', 'A', 'Z', '[', '`', 'a', 'z', '{', ' ', '\x7f', 'C:'),
      fc.string({ unit: fc.constantFrom(...'aBcXyZ019 .-'), maxLength: 40 }),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.boolean(), (pieces, folded) => {
        const written = pieces.join('')
        const text = JSON.parse(`"${written}"`) as string
        const expected = /^[\x00-\x7f]*$/.test(text) ? (folded ? text.toLowerCase() : text) : undefined
        expect(compiledText(written, folded), written).toBe(expected)
        expect(plainText(written, folded), written).toBe(expected)
      }),
      { numRuns: 5000 },
    )
  })

  const compiled = walker(openScan)
  const plain = walker(openPlainScan)
  const same = (line: Buffer) => expect(compiled(line), line.toString()).toEqual(plain(line))

  test('keep the same spans of any line', () => {
    let walked = 0
    fc.assert(
      fc.property(
        storedEvents,
        choices,
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }),
        (event, choose, changes) => {
          for (const object of [
            nest(event),
            { ...event.rest, ...event.ecs, a: [event.rest, { b: { c: [[1], []] } }] },
          ]) {
            const line = Buffer.from(writeOddly(object, choose))
            if (line.length > ROOM - 64) continue
            same(line)
            if (compiled(line)[0] === at.DONE) walked++
            for (const [place, byte] of changes) if (byte !== 10) line[place % line.length] = byte
            same(line)
          }
        },
      ),
      { numRuns: 5000 },
    )
    expect(walked).toBeGreaterThan(2000)
  })

  test('read every byte, two bytes and escape alike', () => {
    for (let a = 0; a < 256; a++) {
      for (let b = 0; b < 256; b++) {
        if (a === 10 || b === 10) continue
        same(Buffer.concat([Buffer.from('{"a":"'), Buffer.from([a, b, 0xaa, 0x80]), Buffer.from('"}')]))
        if (a < 128) same(Buffer.concat([Buffer.from('{"a":'), Buffer.from([a, b]), Buffer.from('}')]))
      }
    }
    for (let code = 0; code < 0x10000; code += code < 0x400 ? 1 : 0x2a) {
      same(Buffer.from(`{"message":"0123456789${'x'.repeat(code % 17)}\\u${code.toString(16).padStart(4, '0')}"}`))
    }
    for (const number of [
      '0',
      '-0',
      '01',
      '1.',
      '1.0',
      '-1',
      '123456789012345',
      '1234567890123456',
      '1e5',
      '1E+',
      '-',
      '+1',
      '1-1',
      '.1',
    ])
      for (const end of ['}', ' }', ',"b":1}']) same(Buffer.from(`{"a":${number}${end}`))
  })
})
