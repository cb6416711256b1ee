/**
 * An address as groups of 16 bits: two for IPv4, eight for IPv6. IPv4-mapped IPv6 (`::ffff:1.2.3.4`) becomes IPv4.
 * IPv4 is four decimal parts without leading zeros; IPv6 is as RFC 4291 writes it, without zone. `undefined` otherwise.
 */
export function parseAddress(text: string): readonly number[] | undefined {
  if (text.length < 2 || text.length > 45) return undefined
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** The same for an address behind which its link may be named, as Windows writes it: `fe80::1%12`. */
export function parseScoped(text: string): readonly number[] | undefined {
  const zone = text.length > LONGEST ? -1 : text.indexOf('%')
  return parseAddress(zone > 0 && zone < text.length - 1 && text.includes(':') ? text.slice(0, zone) : text)
}

/** Of an address with its link. */
const LONGEST = 100

/** A block of addresses. */
export interface Cidr {
  readonly groups: readonly number[]
  readonly bits: number
}

/** `10.0.0.0/8`, `2001:db8::/32`, or a bare address (a block of one). `undefined` where it is none. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/')
  const address = slash < 0 ? text : text.slice(0, slash)
  const groups = parseAddress(address)
  if (groups === undefined) return undefined
  const width = groups.length * 16
  if (slash < 0) return { groups, bits: width }
  const digits = text.slice(slash + 1)
  if (!/^(0|[1-9][0-9]{0,2})$/.test(digits)) return undefined
  const mapped = width === 32 && address.includes(':')
  const bits = Number(digits) - (mapped ? 96 : 0)
  return bits < 0 || bits > width ? undefined : { groups, bits }
}

/** Whether bits outside the block's prefix are set (`10.1.2.3/8`): allowed, but probably a slip. */
export function hasHostBits(cidr: Cidr): boolean {
  return cidr.groups.some((g, i) => (g & ~maskOf(cidr.bits, i) & 0xffff) !== 0)
}

export function inCidr(address: readonly number[], cidr: Cidr): boolean {
  if (address.length !== cidr.groups.length) return false
  for (let i = 0; i < address.length; i++) {
    const mask = maskOf(cidr.bits, i)
    if ((address[i]! & mask) !== (cidr.groups[i]! & mask)) return false
  }
  return true
}

function maskOf(bits: number, group: number): number {
  const left = Math.min(16, Math.max(0, bits - group * 16))
  return (0xffff << (16 - left)) & 0xffff
}

function parseIpv4(text: string): readonly number[] | undefined {
  let part = 0
  let digits = 0
  let dots = 0
  let high = 0
  let low = 0
  for (let i = 0; i <= text.length; i++) {
    const c = i === text.length ? 46 : text.charCodeAt(i)
    if (c === 46) {
      if (digits === 0 || part > 255 || dots > 3) return undefined
      if (dots < 2) high = high * 256 + part
      else low = low * 256 + part
      dots++
      part = 0
      digits = 0
    } else {
      if (c < 48 || c > 57 || (digits > 0 && part === 0) || digits === 3) return undefined
      part = part * 10 + c - 48
      digits++
    }
  }
  return dots === 4 ? [high, low] : undefined
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = parseGroups(halves[0]!, halves.length === 1)
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : []
  if (head === undefined || tail === undefined) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail]
  const mapped = groups[5] === 0xffff && groups.every((g, i) => i >= 5 || g === 0)
  return mapped ? groups.slice(6) : groups
}

function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [i, part] of parts.entries()) {
    if (part.includes('.')) {
      const v4 = last && i === parts.length - 1 ? parseIpv4(part) : undefined
      if (v4 === undefined) return undefined
      groups.push(...v4)
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}
