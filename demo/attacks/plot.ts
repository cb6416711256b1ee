import { DAY, HOUR, hourOf, MINUTE } from '../clock.ts'
import type { DemoLine } from '../line.ts'
import type { Random } from '../random.ts'
import type { World } from '../world.ts'

/** A staged attack: writes its lines, each with what it is meant to set off, somewhere in the day that ends at `end`. */
export type Attack = (world: World, random: Random, end: number) => readonly DemoLine[]

/**
 * A time from which `length` milliseconds lie within the day that ends at `end` and, in the city, between the hours `from`
 * and `to` (which may pass midnight). The hours must span at least twice the length, and some.
 */
export function placeWithin(random: Random, end: number, from: number, to: number, length: number): number {
  const hours = (to - from + 24) % 24
  const inside = (t: number) => (hourOf(t) - from + 24) % 24 < hours
  const starts: number[] = []
  for (let t = end - DAY + 30 * MINUTE; t + length + 10 * MINUTE <= end; t += 10 * MINUTE)
    if (inside(t) && inside(t + length) && (hourOf(t) - from + 24) % 24 <= hours - length / HOUR) starts.push(t)
  return random.pick(starts) + random.between(0, 9 * MINUTE)
}

/** A clock that goes on by itself: each call is a little later than the one before. */
export function ticking(random: Random, start: number): (least: number, most: number) => number {
  let at = start
  return (least, most) => {
    at += random.between(least, most)
    return at
  }
}
