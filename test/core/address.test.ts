import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { expect, test } from 'vitest'
import { hasHostBits, inCidr, parseAddress, parseCidr } from '../../core/address.ts'
import { parseInstant } from '../../core/instant.ts'

/** ipaddr.js takes the deprecated `::1.2.3.4` for a mapped address; RFC 4291 does not. */
const ipV6 = fc.ipV6().filter((text) => !/^::[0-9]+\./.test(text))

test('addresses are read as ipaddr.js reads them', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), ipV6), (text) => {
      const known = ipaddr.process(text)
      const bytes = known.toByteArray()
      expect(parseAddress(text)).toEqual(bytes.flatMap((b, i) => (i % 2 === 0 ? [b * 256 + bytes[i + 1]!] : [])))
      expect(parseAddress(known.toString())).toEqual(parseAddress(text))
    }),
  )
})

test('what is no address is none', () => {
  const wrong = [
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.',
    ' 1.2.3.4',
    '1.2.3.4/8',
    '0x7f.1',
    ':',
    ':::',
    '1::2::3',
  ]
  for (const text of [
    ...wrong,
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    'g::',
    'fe80::1%eth0',
    '1.2.3.4::',
    '::1.2.3',
  ])
    expect(parseAddress(text), text).toBeUndefined()
})

test('blocks hold what ipaddr.js says they hold', () => {
  fc.assert(
    fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.ipV4(), (net, bits, text) => {
      const cidr = parseCidr(`${net}/${bits}`)!
      expect(inCidr(parseAddress(text)!, cidr)).toBe(ipaddr.IPv4.parse(text).match(ipaddr.IPv4.parse(net), bits))
    }),
  )
  expect(inCidr(parseAddress('2001:db8:8000::1')!, parseCidr('2001:db8:8000::/33')!)).toBe(true)
  expect(inCidr(parseAddress('2001:db8:7fff::1')!, parseCidr('2001:db8:8000::/33')!)).toBe(false)
  expect(inCidr(parseAddress('10.1.2.3')!, parseCidr('::ffff:10.0.0.0/104')!)).toBe(true)
  for (const text of ['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/08', '10.0.0/8', '::ffff:1.2.3.4/90'])
    expect(parseCidr(text), text).toBeUndefined()
  expect(hasHostBits(parseCidr('10.1.0.0/8')!)).toBe(true)
  expect(hasHostBits(parseCidr('10.0.0.0/8')!)).toBe(false)
})

test('instants are read with their zone, and only if they exist', () => {
  expect(parseInstant('2026-11-24T08:00:00+08:00')).toBe(Date.UTC(2026, 10, 24))
  expect(parseInstant('2026-11-24T00:00:00.1239Z')).toBe(Date.UTC(2026, 10, 24) + 123)
  expect(parseInstant('2026-11-24')).toBe(Date.UTC(2026, 10, 24))
  expect(parseInstant('2026-11-24 06:00')).toBe(Date.UTC(2026, 10, 24, 6))
  for (const text of ['2026-02-30', '2026-11-24T24:00:00Z', '24.11.2026', '', 'now', '1700000000'])
    expect(parseInstant(text), text).toBeUndefined()
})
