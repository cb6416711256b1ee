import { layout as at, writeInside } from '../../detection/scan/index.ts'
import { BareScan } from './bareScan.ts'
import { compare, sum } from './compare.ts'
import { someValues, soughtTexts } from './material.ts'

/**
 * `node bench/scan/inside.ts`: texts inside others are filed under their rarest pieces of four bytes, or two for short ones; only
 * every so many bytes a piece is looked at, as far apart as the shortest text allows.
 */
const values = someValues(30, 4000).slice(0, 500)
const folded = values.map((v) => v.toLowerCase())
const lines = values.map((v) => JSON.stringify({ v }))
const all = soughtTexts('contains', 2)

for (const [name, place, width, texts] of [
  ['texts of eight bytes and more', at.FIELD_INSIDE, 4, all.filter((t) => t.length >= 8)],
  ['texts of four bytes and more', at.FIELD_INSIDE, 4, all.filter((t) => t.length >= 4)],
  ['texts of two bytes and three', at.FIELD_SHORT, 2, all.filter((t) => t.length < 4)],
] as const) {
  if (texts.length === 0) continue
  const bare = new BareScan(['v'], lines)
  bare.probeField(place, writeInside(bare.memory, bare.literals(texts), width))
  const probed = folded.slice(0, bare.lines.length)
  const look = () => sum(probed, (value) => sum(texts, (text) => (value.includes(text) ? 1 : 0)))
  // Escaped in the line, a text may be found that is not in the value: `\n` holds an n.
  if (bare.probeAll(1) < look() * 0.9) throw new Error(`${name}: texts missed`)
  compare(
    `${texts.length} ${name} in a value`,
    probed.length,
    () => {
      bare.probeAll(1)
    },
    {
      name: 'includes of each',
      work: () => {
        look()
      },
    },
  )
}
