import { BLANK, BLANKS, DONE, END, FOUND_COUNT, LINE_TO, PLAN, PLAN_TOLD } from '../layout'
import { classify, probe, probeOrTell } from './probe'
import { keepVectors } from './strings'
import { prepare as prepareTables } from './tables'
import { readText } from './text'
import { walk } from './walk'

export { classify, probe, probeOrTell, readText, walk }

export function prepare(): void {
  keepVectors()
  prepareTables()
}

/** Walks a line and finds the rules that may match it; see the statuses of the layout. */
export function scan(from: usize): i32 {
  const status = walk(from)
  return status == DONE ? classify() : status
}

/** Goes over lines up to `end` until one has candidates, is to be told of or needs help: its status, or END. */
export function scanOn(from: usize, end: usize): i32 {
  let at = from
  while (at < end) {
    const status = scan(at)
    if (status == BLANK) store<u32>(BLANKS, load<u32>(BLANKS) + 1)
    else if (status != DONE || (load<u32>(FOUND_COUNT) | load<u32>(load<u32>(PLAN), PLAN_TOLD)) != 0) return status
    at = <usize>load<u32>(LINE_TO) + 1
  }
  return END
}
