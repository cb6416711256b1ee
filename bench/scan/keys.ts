import { backgroundLines } from '../eventLines.ts'
import { BareScan } from './bareScan.ts'
import { compare } from './compare.ts'

/**
 * `node bench/scan/keys.ts`: names are expected in the order in which they came last, and looked up only where others stand.
 * The same lines, short values only, with their names in order and in disorder.
 */
const members = backgroundLines()
  .slice(0, 5000)
  .map((line) => Object.entries(JSON.parse(line) as object).filter(([, v]) => String(v).length < 40))
const names = [...new Set(members.flatMap((m) => m.map(([name]) => name)))]
const ordered = members.map((m) => JSON.stringify(Object.fromEntries(m)))
const disordered = members.map((m, i) =>
  JSON.stringify(Object.fromEntries([...m].sort((a, b) => place(a[0], i) - place(b[0], i)))),
)
const [inOrder, inDisorder] = [new BareScan(names, ordered), new BareScan(names, disordered)]

compare('walking names in order', ordered.length, () => inOrder.walkAll(), {
  name: 'in disorder',
  work: () => inDisorder.walkAll(),
})

/** Another place for the same name in every line. */
function place(name: string, line: number): number {
  let hash = line + 1
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x85ebca6b)
  return hash >>> 0
}
