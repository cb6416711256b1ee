import { stage } from './attacks/index.ts'
import { readCity } from './city.ts'
import { DAY, hourOf, MINUTE } from './clock.ts'
import { openEmitter } from './emitter.ts'
import type { DemoLine } from './line.ts'
import { NORMAL } from './normal/index.ts'
import { openRandom, type Random } from './random.ts'
import { openWorld, type World } from './world.ts'

export interface DayOptions {
  readonly seed: string | number
  /** When the day ends, milliseconds since 1970 UTC. */
  readonly end: number
  readonly attacks: boolean
}

/** A day of the sample city, 24 hours up to `end`, in time order; the same for the same options. About 120,000 lines. */
export function* generateDay({ seed, end, attacks }: DayOptions): Generator<DemoLine, void, undefined> {
  const random = openRandom(seed)
  const world = openWorld(readCity(), openEmitter(`day-${seed}-${end.toString(36)}`))
  const staged = attacks ? stageAttacks(seed, end) : []
  let next = 0
  for (const line of generateNormal(world, random.fork('normal'), end - DAY, end)) {
    for (; next < staged.length && staged[next]!.time <= line.time; next++) yield staged[next]!
    yield line
  }
  yield* staged.slice(next)
}

/** The lines of the staged attacks alone, in time order. */
export function stageAttacks(seed: string | number, end: number): readonly DemoLine[] {
  const world = openWorld(readCity(), openEmitter(`attack-${seed}-${end.toString(36)}`))
  return stage(world, openRandom(seed).fork('attacks'), end)
}

/**
 * Normal traffic from `start` (included) until `end` (not included; `Infinity` goes on for ever), in time order. Minute by
 * minute: what an activity leaves for later minutes waits in their buckets.
 */
export function* generateNormal(
  world: World,
  random: Random,
  start: number,
  end: number,
): Generator<DemoLine, void, undefined> {
  const waiting = new Map<number, DemoLine[]>()
  for (let minute = start; minute < end; minute += MINUTE) {
    const lines = waiting.get(minute) ?? []
    waiting.delete(minute)
    const out = (line: DemoLine) => {
      const later = start + Math.floor((line.time - start) / MINUTE) * MINUTE
      if (later <= minute) lines.push(line)
      else bucket(waiting, later).push(line)
    }
    for (const { perDay, curve, run } of NORMAL) {
      const mean = (perDay / 1_440) * curve[hourOf(minute)]!
      for (let n = random.count(mean); n > 0; n--) run(world, minute + random.between(0, MINUTE - 1), random, out)
    }
    lines.sort((a, b) => a.time - b.time)
    for (const line of lines) if (line.time < end) yield line
  }
}

function bucket(waiting: Map<number, DemoLine[]>, minute: number): DemoLine[] {
  const there = waiting.get(minute)
  if (there !== undefined) return there
  const made: DemoLine[] = []
  waiting.set(minute, made)
  return made
}
