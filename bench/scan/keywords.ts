import { writeInside } from '../../detection/scan/index.ts'
import { backgroundLines } from '../eventLines.ts'
import { BareScan } from './bareScan.ts'
import { compare, sum } from './compare.ts'
import { soughtTexts } from './material.ts'

/** `node bench/scan/keywords.ts`: keywords are sought in one pass over the whole line as it is written. */
const KEYWORDS = 40
const TIMES = 2
const texts = soughtTexts('contains', 9).slice(0, KEYWORDS)
const lines = backgroundLines().slice(0, 2000)
const bare = new BareScan(['v'], lines)
bare.probeKeywords(writeInside(bare.memory, bare.literals(texts), 4))
const folded = lines.slice(0, bare.lines.length).map((line) => line.toLowerCase())

compare(
  `${texts.length} keywords in a line`,
  folded.length * TIMES,
  () => {
    bare.probeAll(TIMES)
  },
  {
    name: 'includes of each in the folded line',
    work: () => {
      for (let i = 0; i < TIMES; i++) sum(folded, (line) => sum(texts, (text) => (line.includes(text) ? 1 : 0)))
    },
  },
)
