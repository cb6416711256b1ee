import * as at from '../layout'
import { beginKeys, child as childOfKey, expectedKey, lookUpKey } from './keys'
import { endOfNumber, plain } from './numbers'
import { endOfString, flags } from './strings'
import { nodeInfo, nodeSeen, present, slotFirst, slotLast, slotLine, spans, stack } from './tables'

let line: u32 = 0
let spanCount: u32 = 0
let presentCount: u32 = 0
let oddSpans: u32 = 0
let oddLine: u32 = 0
let objects: u32 = 0

/**
 * Walks one line from its first byte, as strictly as JSON.parse reads it, and keeps where the values of wanted names are.
 * Somewhere behind it a line feed must stand.
 */
export function walk(from: usize): i32 {
  line = load<u32>(at.LINE) + 1
  store<u32>(at.LINE, line)
  spanCount = 0
  presentCount = 0
  oddSpans = 0
  oddLine = 0
  store<u32>(at.LINE_FROM, from)
  objects = load<u32>(at.OBJECT)
  const status = members(from)
  store<u32>(at.OBJECT, objects)
  store<u32>(at.SPAN_COUNT, spanCount)
  store<u32>(at.PRESENT_COUNT, presentCount)
  store<u32>(at.ODD_SPANS, oddSpans)
  store<u32>(at.ODD_LINE, oddLine)
  return status
}

function behindSpace(p: usize): usize {
  let c = load<u8>(p)
  while (c == 0x20 || c == 0x9 || c == 0xd) c = load<u8>(++p)
  return p
}

/** Ends a line that goes no further. */
function leave(p: usize, status: i32): i32 {
  while (load<u8>(p) != 0xa) p++
  store<u32>(at.LINE_TO, p)
  return status
}

function members(from: usize): i32 {
  let p = behindSpace(from)
  if (load<u8>(p) != 0x7b) return leave(p, load<u8>(p) == 0xa ? at.BLANK : at.MALFORMED)
  p++
  beginKeys()
  const before = load<u32>(at.OBJECT)
  objects = before + 1
  let depth: u32 = 0
  // What the walk is in: an object, or a list of that name's values.
  let listed: u32 = 0
  let inList = false
  let node: u32 = at.ROOT
  let object = objects
  let first = true
  while (true) {
    p = behindSpace(p)
    let c = load<u8>(p)
    let child: u32 = 0
    let closed = false
    if (inList) {
      child = node
      if (first && c == 0x5d) {
        if (child != 0) keep(child, p, p, at.EMPTY | at.LISTED)
        closed = true
      }
    } else if (first && c == 0x7d) closed = true
    else {
      if (c != 0x22) return leave(p, at.MALFORMED)
      const key = p + 1
      p = node != 0 ? expectedKey(node, key) : 0
      if (p == 0) {
        p = endOfString(key)
        if (p == 0) return leave(key, at.MALFORMED)
        if (node != 0) {
          if (flags & at.ESCAPED) return leave(p, at.DOUBTFUL)
          lookUpKey(node, key, p)
        }
      }
      if (node != 0) {
        child = childOfKey
        if (child != 0) {
          const seen = load<u32>(nodeSeen + (child << 2))
          // A key that stands twice; or a name by two ways, which might hide one.
          if (seen >= object || (seen > before && listed == 0)) return leave(p, at.DOUBTFUL)
          store<u32>(nodeSeen + (child << 2), object)
        }
      }
      p = behindSpace(p + 1)
      if (load<u8>(p) != 0x3a) return leave(p, at.MALFORMED)
      p = behindSpace(p + 1)
      c = load<u8>(p)
    }
    if (!closed) {
      if (c == 0x22) {
        const value = p + 1
        p = endOfString(value)
        if (p == 0) return leave(value, at.MALFORMED)
        oddLine |= flags
        if (child != 0) keep(child, value, p, at.STRING | listed | flags)
        p++
      } else if (c == 0x7b || c == 0x5b) {
        if (depth == <u32>at.MOST_DEPTH) return leave(p, at.DOUBTFUL)
        const level = stack + (depth << 4)
        store<u32>(level, node)
        store<u32>(level, object, 4)
        store<u32>(level, listed, 8)
        store<u32>(level, inList ? 1 : 0, 12)
        depth++
        first = true
        p++
        if (c == 0x7b) {
          inList = false
          object = ++objects
          node = child != 0 && (load<u32>(nodeInfo + (child << 2)) & at.HAS_CHILDREN) != 0 ? child : 0
        } else {
          inList = true
          listed = at.LISTED
          node = child
        }
        continue
      } else {
        const value = p
        let kind: u32 = at.BARE
        if (c == 0x74) {
          if (load<u32>(p) != 0x65757274) return leave(p, at.MALFORMED)
          p += 4
        } else if (c == 0x66) {
          if (load<u32>(p, 1) != 0x65736c61) return leave(p, at.MALFORMED)
          p += 5
        } else if (c == 0x6e) {
          if (load<u32>(p) != 0x6c6c756e) return leave(p, at.MALFORMED)
          p += 4
          kind = at.NULL
        } else {
          p = endOfNumber(p)
          if (p == 0) return leave(value, at.MALFORMED)
          if (!plain) {
            kind = at.ODD_ASCII
            oddLine |= at.ODD_NUMBER
          }
        }
        if (child != 0) keep(child, value, p, kind | listed)
      }
    }
    // Behind a value, or at the end of what held none.
    while (true) {
      if (!closed) {
        p = behindSpace(p)
        c = load<u8>(p)
        if (c == 0x2c) {
          p++
          first = false
          break
        }
        if (c != (inList ? 0x5d : 0x7d)) return leave(p, at.MALFORMED)
      }
      closed = false
      p++
      if (depth == 0) {
        p = behindSpace(p)
        if (load<u8>(p) != 0xa) return leave(p, at.MALFORMED)
        store<u32>(at.LINE_TO, p)
        return spanCount > <u32>at.MOST_SPANS ? at.DOUBTFUL : at.DONE
      }
      depth--
      const level = stack + (depth << 4)
      node = load<u32>(level)
      object = load<u32>(level, 4)
      listed = load<u32>(level, 8)
      inList = load<u32>(level, 12) != 0
    }
  }
}

/** Keeps where a value of a wanted name is. */
function keep(node: u32, from: usize, to: usize, kind: u32): void {
  const slot = (load<u32>(nodeInfo + (node << 2)) & (at.HAS_CHILDREN - 1)) - 1
  if (slot == 0xffffffff) return
  if (spanCount >= <u32>at.MOST_SPANS) {
    spanCount = at.MOST_SPANS + 1
    return
  }
  oddSpans |= kind
  const index = spanCount++
  const span = spans + index * at.SPAN_SIZE
  store<u32>(span, from, at.SPAN_FROM)
  store<u32>(span, to, at.SPAN_TO)
  store<u32>(span, kind, at.SPAN_KIND)
  store<u32>(span, 0, at.SPAN_NEXT)
  store<u32>(span, from, at.SPAN_TEXT_FROM)
  store<u32>(span, to, at.SPAN_TEXT_TO)
  const word = slot << 2
  if (load<u32>(slotLine + word) == line) {
    store<u32>(spans + load<u32>(slotLast + word) * at.SPAN_SIZE, index, at.SPAN_NEXT)
  } else {
    store<u32>(slotLine + word, line)
    store<u32>(slotFirst + word, index)
    store<u32>(present + (presentCount++ << 2), slot)
  }
  store<u32>(slotLast + word, index)
}
