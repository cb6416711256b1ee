import * as at from './layout.ts'
import type { ScanMemory } from './memory.ts'
import { PlainProbe } from './plainProbe.ts'
import { readPlainText } from './plainText.ts'
import { PlainWalk } from './plainWalk.ts'
import type { Scan } from './scan.ts'

/** The scan in TypeScript: what the compiled one is measured by, and used where WebAssembly has no SIMD. */
export function openPlainScan(memory: ScanMemory): Scan {
  const walker = new PlainWalk(memory)
  const prober = new PlainProbe(memory)
  const scan = (from: number): number => {
    const status = walker.walk(from)
    return status === at.DONE ? prober.classify() : status
  }
  return {
    prepare: () => {},
    scan,
    scanOn(from, end) {
      for (let line = from; line < end; line = memory.word(at.LINE_TO) + 1) {
        const status = scan(line)
        if (status === at.BLANK) memory.setWord(at.BLANKS, memory.word(at.BLANKS) + 1)
        else if (status !== at.DONE || memory.word(at.FOUND_COUNT) !== 0) return status
        else if (memory.word(memory.word(at.PLAN) + at.PLAN_TOLD) !== 0) return status
      }
      return at.END
    },
    walk: (from) => walker.walk(from),
    classify: () => prober.classify(),
    probeOrTell: () => prober.probeOrTell(),
    probe: () => prober.probe(),
    readText: (from, to, out, folded) => readPlainText(memory.bytes, from, to, out, folded),
  }
}
