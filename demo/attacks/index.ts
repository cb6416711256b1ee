import type { DemoLine } from '../line.ts'
import type { Random } from '../random.ts'
import type { World } from '../world.ts'
import { contractor } from './contractor.ts'
import { spraying } from './spraying.ts'
import { webShell } from './webShell.ts'

/** The lines of the three staged attacks of a seed, in time order. */
export function stage(world: World, random: Random, end: number): readonly DemoLine[] {
  const lines = [
    ...spraying(world, random.fork('spraying'), end),
    ...contractor(world, random.fork('contractor'), end),
    ...webShell(world, random.fork('web shell'), end),
  ]
  return lines.sort((a, b) => a.time - b.time)
}
