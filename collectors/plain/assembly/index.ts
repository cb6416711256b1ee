// AssemblyScript, compiled to `../plain.wasm` (see `../plainScan.ts` for what it is for and how it is called).
import * as at from '../layout'
import { copy, to } from './text'
import { eventTo, othersTo, restTo } from './walk'

export { hashOf } from './keys'
export { walk } from './walk'

/** Writes the line that was walked last; returns where it ends. */
export function finish(): usize {
  let o = to
  store<u8>(o++, 0x22)
  o = members(at.EVENT, eventTo, o)
  if ((load<u32>(at.FLAGS) & at.IS_KIND) == 0) o = constant(at.KIND, load<u32>(at.KIND_LENGTH), o)
  o = constant(at.ADDED, load<u32>(at.ADDED_LENGTH), o)
  o = members(at.OTHERS, othersTo, o)
  o = constant(at.REST_HEAD, load<u32>(at.REST_HEAD_LENGTH), o)
  if (restTo > <usize>at.REST) {
    copy(at.REST, o, restTo - at.REST - 1)
    o += restTo - at.REST - 1
  }
  store<u8>(o++, 0x7d)
  return constant(at.END, load<u32>(at.END_LENGTH), o)
}

/** Writes a comma and members, each of which has a comma behind it. */
function members(from: usize, end: usize, o: usize): usize {
  if (end == from) return o
  store<u8>(o, 0x2c)
  const length = end - from - 1
  copy(from, o + 1, length)
  return o + 1 + length
}

function constant(from: usize, length: usize, o: usize): usize {
  copy(from, o, length)
  return o + length
}
