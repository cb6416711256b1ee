import * as at from '../layout'
import { hashOf, same, sameFolded } from './hash'
import {
  classes,
  classesMask,
  found,
  pairs,
  present,
  ruleLine,
  slotField,
  slotFirst,
  slotLine,
  spans,
  values,
  valuesMask,
} from './tables'

let line: u32 = 0
let foundCount: u32 = 0

/** Finds the plan for the line that was walked: by the classes of the fields that log sources are told by. */
export function classify(): i32 {
  const presentCount = load<u32>(at.PRESENT_COUNT)
  let count: u32 = 0
  let hash: u32 = 0
  for (let i: u32 = 0; i < presentCount; i++) {
    const slot = load<u32>(present + (i << 2))
    const field = load<u32>(slotField + (slot << 2))
    if (field == 0) continue
    let index = load<u32>(slotFirst + (slot << 2))
    do {
      if (count == <u32>at.MOST_PAIRS) return at.NO_CLASS
      const span = spans + index * at.SPAN_SIZE
      const number = classOf(field, span)
      if (number == 0) {
        store<u32>(at.DETAIL, index)
        store<u32>(at.FIELD, field)
        return at.NEW_VALUE
      }
      const pair = (field << 16) | number
      store<u32>(pairs + (count++ << 2), pair)
      hash = (hash ^ pair) * 0x85ebca6b
      hash ^= hash >> 15
      index = load<u32>(span, at.SPAN_NEXT)
    } while (index != 0)
  }
  store<u32>(at.PAIR_COUNT, count)
  let i = hash & classesMask
  while (true) {
    const entry = classes + i * at.CLASS_SIZE
    const plan = load<u32>(entry, 12)
    if (plan == 0) {
      store<u32>(at.DETAIL, hash)
      return at.NEW_CLASS
    }
    if (load<u32>(entry) == hash && load<u32>(entry, 4) == count && same(pairs, load<u32>(entry, 8), count << 2)) {
      store<u32>(at.PLAN, plan)
      break
    }
    i = (i + 1) & classesMask
  }
  return probeOrTell()
}

/** The class of a value of a log-source field, 0 if it is not known. */
function classOf(field: u32, span: usize): u32 {
  const kind = load<u32>(span, at.SPAN_KIND) & at.KIND
  const from = load<u32>(span, at.SPAN_FROM)
  const length = load<u32>(span, at.SPAN_TO) - from
  const hash = hashOf(from, length, 0, (field << 2) | kind)
  let i = hash & valuesMask
  while (true) {
    const entry = values + i * at.VALUE_SIZE
    const number = load<u32>(entry, 20)
    if (number == 0) return 0
    if (
      load<u32>(entry) == hash &&
      load<u32>(entry, 4) == field &&
      load<u32>(entry, 8) == kind &&
      load<u32>(entry, 16) == length &&
      same(from, load<u32>(entry, 12), length)
    )
      return number
    i = (i + 1) & valuesMask
  }
}

/** Probes, unless something must be written in another way before. */
export function probeOrTell(): i32 {
  const plan = load<u32>(at.PLAN)
  if (load<u32>(at.ODD_SPANS) & load<u32>(plan, at.PLAN_ODD) && markOdd(plan)) return at.ODD
  if (load<u32>(at.ODD_LINE) & load<u32>(plan, at.PLAN_ODD_KEYWORDS)) return at.ODD
  store<u32>(at.KEYWORDS_FROM, load<u32>(at.LINE_FROM))
  store<u32>(at.KEYWORDS_TO, load<u32>(at.LINE_TO))
  return probe()
}

/** Marks the values that are sought in but written oddly; whether there are any. */
function markOdd(plan: usize): bool {
  const slots = plan + at.PLAN_SLOTS
  const presentCount = load<u32>(at.PRESENT_COUNT)
  let some = false
  for (let i: u32 = 0; i < presentCount; i++) {
    const slot = load<u32>(present + (i << 2))
    let field = load<u32>(slots + (slot << 2))
    if (field == 0) continue
    let odd: u32 = 0
    for (let left = load<u32>(field); left > 0; left--) {
      odd |= load<u32>(load<u32>(field, 4), at.FIELD_ODD)
      field += 8 + (load<u32>(field, 8) << 2)
    }
    let index = load<u32>(slotFirst + (slot << 2))
    do {
      const span = spans + index * at.SPAN_SIZE
      index = load<u32>(span, at.SPAN_NEXT)
      const kind = load<u32>(span, at.SPAN_KIND)
      if ((kind & odd) == 0) continue
      store<u32>(span, kind | at.TO_REWRITE, at.SPAN_KIND)
      some = true
    } while (index != 0)
  }
  return some
}

/** Finds the candidates among the plan's rules. */
export function probe(): i32 {
  line = load<u32>(at.LINE)
  foundCount = 0
  const plan = load<u32>(at.PLAN)
  const always = load<u32>(plan, at.PLAN_ALWAYS)
  if (always != 0) report(always)
  const slots = plan + at.PLAN_SLOTS
  const presentCount = load<u32>(at.PRESENT_COUNT)
  for (let i: u32 = 0; i < presentCount; i++) {
    const slot = load<u32>(present + (i << 2))
    let field = load<u32>(slots + (slot << 2))
    if (field == 0) continue
    // The fields that have a name here: each its table, and the names that go before this one.
    for (let left = load<u32>(field); left > 0; left--) {
      const table = load<u32>(field, 4)
      const before = load<u32>(field, 8)
      field += 8
      let free = true
      for (let j: u32 = 0; j < before; j++) {
        if (load<u32>(slotLine + (load<u32>(field + (j << 2), 4) << 2)) == line) free = false
      }
      field += before << 2
      if (!free) continue
      if (load<u32>(table, at.FIELD_PRESENT) == at.UNMADE) return askFor(table)
      probeField(table, load<u32>(slotFirst + (slot << 2)))
    }
  }
  const keywords = load<u32>(plan, at.PLAN_KEYWORDS)
  if (keywords != 0) inside(keywords, load<u32>(at.KEYWORDS_FROM), load<u32>(at.KEYWORDS_TO))
  store<u32>(at.FOUND_COUNT, foundCount)
  return at.DONE
}

/** Asks for the tables of a field; what was found will be found again. */
function askFor(table: usize): i32 {
  for (let i: u32 = 0; i < foundCount; i++) store<u32>(ruleLine + (load<u32>(found + (i << 2)) << 2), 0)
  store<u32>(at.DETAIL, <u32>table)
  return at.NEW_FIELD
}

function probeField(table: usize, first: u32): void {
  const rules = load<u32>(table, at.FIELD_PRESENT)
  if (rules != 0) report(rules)
  const terms = load<u32>(table, at.FIELD_TERMS)
  const prefixes = load<u32>(table, at.FIELD_PREFIXES)
  const suffixes = load<u32>(table, at.FIELD_SUFFIXES)
  const pieces = load<u32>(table, at.FIELD_INSIDE)
  const short = load<u32>(table, at.FIELD_SHORT)
  const beyond = load<u32>(table, at.FIELD_BEYOND)
  const piecesBeyond = load<u32>(table, at.FIELD_INSIDE_BEYOND)
  if ((terms | prefixes | suffixes | pieces | short | beyond | piecesBeyond) == 0) return
  let index = first
  do {
    const span = spans + index * at.SPAN_SIZE
    index = load<u32>(span, at.SPAN_NEXT)
    const kind = load<u32>(span, at.SPAN_KIND)
    if ((kind & at.KIND) > <u32>at.STRING) continue
    const from = load<u32>(span, at.SPAN_TEXT_FROM)
    const to = load<u32>(span, at.SPAN_TEXT_TO)
    if (terms != 0) lookUp(terms, from, to - from, from, to, false)
    if (prefixes != 0) {
      const lengths = load<u32>(prefixes, at.TEXTS_LENGTHS_AT)
      for (let i: u32 = 0, n = load<u32>(prefixes, at.TEXTS_LENGTHS); i < n; i++) {
        const length = load<u32>(lengths + (i << 2))
        if (length > to - from) break
        lookUp(prefixes, from, length, from, to, false)
      }
    }
    if (suffixes != 0) {
      const lengths = load<u32>(suffixes, at.TEXTS_LENGTHS_AT)
      for (let i: u32 = 0, n = load<u32>(suffixes, at.TEXTS_LENGTHS); i < n; i++) {
        const length = load<u32>(lengths + (i << 2))
        if (length > to - from) break
        lookUp(suffixes, to - length, length, from, to, true)
      }
    }
    if (pieces != 0) inside(pieces, from, to)
    if (short != 0) insideShort(short, from, to)
    if (kind & (at.HIGH | at.ODD_OTHER)) {
      if (beyond != 0) report(beyond)
      if (piecesBeyond != 0) inside(piecesBeyond, from, to)
    }
  } while (index != 0)
}

/** Reports the rules of the texts filed under a key; at the end of the value stands the whole text of an end. */
function lookUp(table: usize, key: usize, length: u32, from: usize, to: usize, end: bool): void {
  const hash = hashOf(key, length, at.FOLD, 0)
  const mask = load<u32>(table, at.TEXTS_MASK)
  const entries = load<u32>(table, at.TEXTS_AT)
  for (let i = hash & mask; ; i = (i + 1) & mask) {
    const pair = entries + (i << 3)
    let entry: usize = load<u32>(pair, 4)
    if (entry == 0) return
    if (load<u32>(pair) != hash) continue
    do {
      const whole = load<u32>(entry, at.ENTRY_LENGTH)
      const start = end ? to - whole : key
      if (
        (end ? whole <= <u32>(to - from) : whole == length) &&
        sameFolded(start, load<u32>(entry, at.ENTRY_TEXT), whole)
      )
        report(load<u32>(entry, at.ENTRY_RULES))
      entry = load<u32>(entry, at.ENTRY_NEXT)
    } while (entry != 0)
    return
  }
}

/** Looks at pieces of four bytes, `stride` bytes apart; where some literal is filed under one, compares it. */
function inside(table: usize, from: usize, to: usize): void {
  const stride = load<u32>(table, at.INSIDE_STRIDE)
  const filter = load<u32>(table, at.INSIDE_FILTER)
  const mask = load<u32>(table, at.INSIDE_FILTER_MASK)
  const end = to - 3
  for (let p = from; ; p += stride) {
    p = nextPiece(p, end, stride, filter, mask)
    if (p >= end) return
    lookInside(table, load<u32>(p) | at.FOLD, p, from, to)
  }
}

/** Where the next piece stands that the filter lets pass, from one on; not before `end` if there is none. */
function nextPiece(from: usize, end: usize, stride: u32, filter: usize, mask: u32): usize {
  let p = from
  // Four at a time, as long as they fit.
  const three = stride * 3
  while (p + three < end) {
    const some =
      passes(load<u32>(p), filter, mask) |
      passes(load<u32>(p + stride), filter, mask) |
      passes(load<u32>(p + (stride << 1)), filter, mask) |
      passes(load<u32>(p + three), filter, mask)
    if (some != 0) break
    p += stride << 2
  }
  while (p < end && passes(load<u32>(p), filter, mask) == 0) p += stride
  return p
}

function passes(bytes: u32, filter: usize, mask: u32): u32 {
  return load<u8>(filter + ((((bytes | at.FOLD) * at.SPREAD) >> at.SPREAD_BITS) & mask))
}

/** The same for pieces of two bytes, everywhere. */
function insideShort(table: usize, from: usize, to: usize): void {
  const filter = load<u32>(table, at.INSIDE_FILTER)
  const mask = load<u32>(table, at.INSIDE_FILTER_MASK)
  const end = to - 1
  for (let p = from; p < end; p++) {
    const piece = <u32>load<u16>(p) | (at.FOLD & 0xffff)
    if (load<u8>(filter + (((piece * at.SPREAD) >> at.SPREAD_BITS) & mask)) != 0) lookInside(table, piece, p, from, to)
  }
}

function lookInside(table: usize, piece: u32, p: usize, from: usize, to: usize): void {
  const mask = load<u32>(table, at.INSIDE_MASK)
  const entries = load<u32>(table, at.INSIDE_AT)
  for (let i = ((piece * at.SPREAD) >> 7) & mask; ; i = (i + 1) & mask) {
    const pair = entries + (i << 3)
    let entry: usize = load<u32>(pair, 4)
    if (entry == 0) return
    if (load<u32>(pair) != piece) continue
    do {
      const offset = <usize>load<u32>(entry, at.ENTRY_OFFSET)
      const length = <usize>load<u32>(entry, at.ENTRY_LENGTH)
      // In this order: a difference below zero is a very large number.
      if (
        p - from >= offset &&
        to - p + offset >= length &&
        sameFolded(p - offset, load<u32>(entry, at.ENTRY_TEXT), <u32>length)
      )
        report(load<u32>(entry, at.ENTRY_RULES))
      entry = load<u32>(entry, at.ENTRY_NEXT)
    } while (entry != 0)
    return
  }
}

function report(rules: usize): void {
  for (let left = load<u32>(rules); left > 0; left--) {
    rules += 4
    const rule = load<u32>(rules)
    const mark = ruleLine + (rule << 2)
    if (load<u32>(mark) == line) continue
    store<u32>(mark, line)
    store<u32>(found + (foundCount++ << 2), rule)
  }
}
