import { layout as at, writeTexts } from '../../detection/scan/index.ts'
import { BareScan } from './bareScan.ts'
import { compare, sum } from './compare.ts'
import { someValues, soughtTexts } from './material.ts'

/** `node bench/scan/texts.ts`: whole texts, beginnings and ends are looked up by a hash of the bytes, for each length that occurs. */
const TIMES = 16
const values = someValues(1, 200)
const folded = values.map((v) => v.toLowerCase())
const lines = values.map((v) => JSON.stringify({ v }))

const kinds = [
  ['whole texts', 'whole', at.FIELD_TERMS, soughtTexts('term', 1), (v: string, text: string) => v === text],
  ['beginnings', 'start', at.FIELD_PREFIXES, soughtTexts('prefix', 1), (v: string, text: string) => v.startsWith(text)],
  ['ends', 'end', at.FIELD_SUFFIXES, soughtTexts('suffix', 1), (v: string, text: string) => v.endsWith(text)],
] as const

for (const [name, kind, place, texts, holds] of kinds) {
  const bare = new BareScan(['v'], lines)
  bare.probeField(place, writeTexts(bare.memory, bare.literals(texts), kind))
  const known = new Set(texts)
  const look = (value: string): number => {
    if (kind === 'whole') return known.has(value) ? 1 : 0
    return sum(texts, (text) => (holds(value, text) ? 1 : 0))
  }
  const probed = folded.slice(0, bare.lines.length)
  if (bare.probeAll(1) !== sum(probed, look)) throw new Error(`${name}: other texts found`)
  compare(
    `${texts.length} ${name} in a value`,
    probed.length * TIMES,
    () => {
      bare.probeAll(TIMES)
    },
    {
      name: kind === 'whole' ? 'a set of the decoded text' : 'trying each',
      work: () => {
        for (let i = 0; i < TIMES; i++) sum(probed, look)
      },
    },
  )
}
