import { namesIn } from '../../detection/matcher/foldLeaves.ts'
import { backgroundLines } from '../eventLines.ts'
import { BareScan } from './bareScan.ts'
import { compare } from './compare.ts'
import { someRules } from './material.ts'

/** `node bench/scan/walk.ts`: lines are walked once, as strictly as `JSON.parse` reads them, and nothing is made of them. */
const names = namesIn(someRules().flatMap(({ filter, routing }) => [filter, routing]))
const lines = backgroundLines()
const bare = new BareScan([...names], lines)
const walked = lines.slice(0, bare.lines.length)

compare(`walking a line for ${names.size} names`, walked.length, () => bare.walkAll(), {
  name: 'JSON.parse',
  work: () => {
    for (const line of walked) JSON.parse(line)
  },
})
