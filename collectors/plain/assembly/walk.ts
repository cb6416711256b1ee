import * as at from '../layout'
import { childOf, entryOf, ifNext } from './keys'
import { begin, byte, copy, isSpelt, text, key as writeKey } from './text'
import { date, isIpv4, isWhole, number } from './values'

// Where the members go on that are gathered.
export let eventTo: usize = 0
export let othersTo: usize = 0
export let restTo: usize = 0

/** Where the members go on of the group that the walk is in. */
let w: usize = 0
let checks: u32 = 0
let line: u32 = 0

/**
 * Walks the line at `from` … `end`, behind which a byte below 0x20 stands, as strictly as JSON.parse reads it, and writes it
 * as a JSON text to `out`. Tells whether every part of it is as the catalogue wants it or for the remainder.
 */
export function walk(from: usize, end: usize, out: usize): i32 {
  line = load<u32>(at.LINE) + 1
  store<u32>(at.LINE, line)
  store<u32>(at.FLAGS, 0)
  memory.fill(at.PLACES, 0, 24)
  checks = 0
  const head = load<u32>(at.HEAD_LENGTH)
  copy(at.HEAD, out, head)
  begin(out + head)
  eventTo = at.EVENT
  othersTo = at.OTHERS
  restTo = at.REST
  w = at.OTHERS
  const status = members(from, end)
  store<u32>(at.CHECK_COUNT, checks)
  return status
}

function members(from: usize, end: usize): i32 {
  if (load<u8>(from) != 0x7b) return at.NO
  byte(0x7b)
  let p = from + 1
  let depth: u32 = 0
  let node: u32 = at.ROOT
  let before: u32 = 0
  let first = true
  let restLeft: u32 = at.MOST_REST
  let flags: u32 = 0
  while (true) {
    p = behindBlanks(p)
    // An object without members is not plain, so a key must follow.
    if (load<u8>(p) != 0x22) return at.NO
    const key = p + 1
    let child = ifNext(
      first ? load<u32>(entryOf(node), at.NODE_FIRST) : load<u32>(entryOf(before), at.NODE_NEXT),
      node,
      key,
    )
    let entry: usize
    if (child != 0) {
      entry = entryOf(child)
      const length = load<u32>(entry, at.NODE_KEY_LENGTH)
      writeKey(key, length)
      p = key + length + 1
    } else {
      p = text(p)
      if (p == 0) return at.NO
      child = childOf(node, key, <u32>(p - key - 1))
      if (child == 0) {
        store<u32>(at.DETAIL, node)
        store<u32>(at.KEY_FROM, <u32>key)
        store<u32>(at.KEY_TO, <u32>(p - 1))
        return at.UNKNOWN
      }
      entry = entryOf(child)
      if (first) store<u32>(entryOf(node), child, at.NODE_FIRST)
      else store<u32>(entryOf(before), child, at.NODE_NEXT)
    }
    // A name that stands twice is read by its last value.
    if (load<u32>(entry, at.NODE_SEEN) == line) return at.NO
    store<u32>(entry, line, at.NODE_SEEN)
    before = child
    const info = load<u32>(entry, at.NODE_INFO)
    flags |= info
    p = behindBlanks(p)
    if (load<u8>(p) != 0x3a) return at.NO
    byte(0x3a)
    p = behindBlanks(p + 1)
    const what = info & at.WHAT
    const c = load<u8>(p)
    if (c == 0x7b) {
      if ((what != at.GROUP && what != at.REMAINDER) || depth == at.MOST_DEPTH) return at.NO
      byte(0x7b)
      p++
      const level = at.STACK + (depth << 4)
      store<u32>(level, node)
      store<u32>(level, before, 4)
      store<u32>(level, <u32>w, 8)
      depth++
      if (info & at.IS_EVENT) {
        othersTo = w
        w = at.EVENT
      } else if (what == at.GROUP) {
        const length = load<u32>(entry, at.NODE_KEY_LENGTH)
        store<u8>(w, 0x22)
        copy(key, w + 1, length + 1)
        w += length + 2
        store<u16>(w, 0x7b3a)
        w += 2
      }
      store<u32>(level, info, 12)
      node = child
      first = true
      continue
    }
    if (what == at.REMAINDER) {
      if (restLeft-- == 0) return at.NO
      const length = load<u32>(entry, at.NODE_NAME_LENGTH)
      copy(load<u32>(entry, at.NODE_NAME), restTo, length)
      const value = p
      p = c == 0x5b ? list(p, at.REMAINDER) : scalar(p, at.REMAINDER)
      if (p == 0) return at.NO
      copy(value, restTo + length, p - value)
      restTo += <usize>length + (p - value)
      store<u8>(restTo++, 0x2c)
    } else {
      if (what == at.GROUP || what == at.REFUSED) return at.NO
      const length = load<u32>(entry, at.NODE_KEY_LENGTH)
      store<u8>(w, 0x22)
      copy(key, w + 1, length + 1)
      w += length + 2
      store<u8>(w++, 0x3a)
      const value = p
      const several = (info & at.MULTI) != 0
      if (c == 0x5b) {
        if (!several) return at.NO
        p = list(p, what)
      } else p = scalar(p, what)
      if (p == 0) return at.NO
      if (several && c != 0x5b) store<u8>(w++, 0x5b)
      copy(value, w, p - value)
      w += p - value
      if (several && c != 0x5b) store<u8>(w++, 0x5d)
      store<u8>(w++, 0x2c)
      if (info & ~0xff) note(info, value, p)
    }
    // Behind a value.
    while (true) {
      p = behindBlanks(p)
      const next = load<u8>(p)
      if (next == 0x2c) {
        byte(0x2c)
        p++
        first = false
        break
      }
      if (next != 0x7d) return at.NO
      byte(0x7d)
      p++
      if (depth == 0) {
        while (p < end && load<u8>(p) == 0x20) {
          byte(0x20)
          p++
        }
        othersTo = w
        store<u32>(at.FLAGS, flags)
        return p == end ? at.YES : at.NO
      }
      depth--
      const level = at.STACK + (depth << 4)
      const info = load<u32>(level, 12)
      if ((info & at.WHAT) == at.GROUP) {
        if (info & at.IS_EVENT) {
          eventTo = w
          w = othersTo
        } else if (load<u8>(w - 1) == 0x2c) {
          store<u16>(w - 1, 0x2c7d)
          w++
        }
        // All within went to the remainder.
        else w = load<u32>(level, 8)
      }
      node = load<u32>(level)
      before = load<u32>(level, 4)
    }
  }
}

/**
 * Passes and writes a scalar of a type; 0 if it is not exactly of it, or in the remainder, whose text is searched as it stands,
 * not written as JSON.stringify writes it.
 */
function scalar(p: usize, what: u32): usize {
  const c = load<u8>(p)
  if (c == 0x22) {
    const after = text(p)
    if (after == 0 || what == at.KEYWORD) return after
    if (what == at.REMAINDER) return isSpelt ? 0 : after
    if (what == at.DATE) return date(p + 1, after - p - 2) < 0 ? 0 : after
    if (what != at.ADDRESS) return 0
    if (isIpv4(p + 1, after - 1)) return after
    if (checks == at.MOST_CHECKS) return 0
    store<u32>(at.CHECKS + (checks << 3), <u32>(p + 1))
    store<u32>(at.CHECKS + (checks << 3), <u32>(after - 1), 4)
    checks++
    return after
  }
  let after: usize = 0
  if (c == 0x74 || c == 0x66 || c == 0x6e) {
    if (what != at.REMAINDER && (what != at.BOOLEAN || c == 0x6e)) return 0
    if (c == 0x66) {
      if (load<u32>(p, 1) != 0x65736c61) return 0
      after = p + 5
    } else {
      if (load<u32>(p) != (c == 0x74 ? 0x65757274 : 0x6c6c756e)) return 0
      after = p + 4
    }
  } else {
    after = number(p)
    if (after == 0 || (what != at.REMAINDER && what != at.DOUBLE && (what != at.LONG || !isWhole))) return 0
  }
  for (let i = p; i < after; i++) byte(load<u8>(i))
  return after
}

/** Passes and writes a list of scalars that is not empty; in the remainder, one without blanks. */
function list(p: usize, what: u32): usize {
  byte(0x5b)
  p++
  while (true) {
    if (what != at.REMAINDER) p = behindBlanks(p)
    p = scalar(p, what)
    if (p == 0) return 0
    if (what != at.REMAINDER) p = behindBlanks(p)
    const c = load<u8>(p++)
    byte(c)
    if (c == 0x5d) return p
    if (c != 0x2c) return 0
  }
}

/** Keeps the time of the line, and where the values stand by which it is placed. */
function note(info: u32, from: usize, end: usize): void {
  if (info & at.IS_TIMESTAMP) store<f64>(at.TIME, date(from + 1, end - from - 2))
  else if (info & (at.IS_HOST_NAME | at.IS_HOSTNAME | at.IS_HOST_IP)) {
    const place = at.PLACES + (info & at.IS_HOST_NAME ? 0 : info & at.IS_HOSTNAME ? 8 : 16)
    store<u32>(place, <u32>from)
    store<u32>(place, <u32>end, 4)
  }
}

/** Passes and writes blanks. */
function behindBlanks(p: usize): usize {
  while (load<u8>(p) == 0x20) {
    byte(0x20)
    p++
  }
  return p
}
