import { type City, type Host, hostsOf, type Part } from './city.ts'
import type { Emitter } from './emitter.ts'
import type { DemoLine } from './line.ts'
import type { Random } from './random.ts'

/** What the traffic of the city is made from. */
export interface World {
  readonly hosts: readonly Host[]
  readonly emit: Emitter
  /** The hosts of a system, of one part if given. */
  of(systemId: string, part?: Part): readonly Host[]
}

export function openWorld(city: City, emit: Emitter): World {
  const hosts = hostsOf(city)
  return {
    hosts,
    emit,
    of: (systemId, part) => hosts.filter((h) => h.systemId === systemId && (part === undefined || h.part === part)),
  }
}

/** Something that goes on in the city: how often, at what hours, and the lines it leaves. */
export interface Activity {
  /** How many times on an ordinary day. */
  readonly perDay: number
  readonly curve: Curve
  /** Happens at `time` and hands over its lines, at that time or later. */
  run(world: World, time: number, random: Random, out: (line: DemoLine) => void): void
}

/** Weights of the 24 hours of the city's day; their mean is 1. */
export type Curve = readonly number[]

const curve = (weights: readonly number[]): Curve => {
  const mean = weights.reduce((a, b) => a + b, 0) / 24
  return weights.map((w) => w / mean)
}

/** All day alike: machines. */
export const STEADY: Curve = curve(Array.from({ length: 24 }, () => 1))
/** Citizens: from morning to late evening, little at night. */
export const CITIZENS: Curve = curve([
  3, 2, 1, 1, 1, 2, 6, 14, 30, 40, 42, 36, 26, 24, 34, 38, 36, 32, 28, 28, 30, 26, 16, 8,
])
/** Offices: with the break at noon, a few who stay late. */
export const OFFICES: Curve = curve([1, 1, 1, 1, 1, 1, 2, 8, 36, 44, 44, 36, 12, 16, 42, 44, 42, 30, 10, 6, 4, 3, 2, 1])
/** Only while offices are at work; never outside. */
export const WORKING: Curve = curve([0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 5, 4, 0, 0, 5, 5, 4, 0, 0, 0, 0, 0, 0, 0])
/** Only in the evening, when offices have closed and the night has not begun. */
export const EVENING: Curve = curve([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 3, 2, 0, 0])
/** Only at night: maintenance. */
export const NIGHT: Curve = curve([3, 5, 5, 4, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
