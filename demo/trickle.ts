import { readCity } from './city.ts'
import { openEmitter } from './emitter.ts'
import { generateNormal } from './generator.ts'
import type { DemoLine } from './line.ts'
import { openRandom } from './random.ts'
import { openWorld } from './world.ts'

/**
 * Normal traffic from `start` on, without end and without attacks: about one line a second by day. Lines come in time
 * order; whoever sends them waits until each one's time has come.
 */
export function trickle(options: {
  readonly seed: string | number
  readonly start: number
}): Generator<DemoLine, void, undefined> {
  const { seed, start } = options
  const world = openWorld(readCity(), openEmitter(`trickle-${seed}-${start.toString(36)}`))
  return generateNormal(world, openRandom(seed).fork('trickle'), start, Number.POSITIVE_INFINITY)
}
