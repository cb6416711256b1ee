/** Rounds of two works in turn, and those left out because code is not yet compiled. */
const ROUNDS = 11
const COLD = 3

/**
 * Prints how the scan's work compares with another way to the same: how many times as fast, and the processor time of each
 * for one of `count` items, medians.
 */
export function compare(name: string, count: number, scan: () => void, baseline: { name: string; work: () => void }) {
  const rounds = Array.from({ length: ROUNDS }, () => [timed(scan), timed(baseline.work)] as const).slice(COLD)
  const ns = (i: 0 | 1) => ((median(rounds.map((r) => r[i])) * 1000) / count).toFixed(0)
  console.log(
    `${name}: ${median(rounds.map(([a, b]) => b / a)).toFixed(2)} times as fast as ${baseline.name} (${ns(0)} and ${ns(1)} ns)`,
  )
}

/** Processor time of this process, µs. */
function timed(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return Math.max(1, user + system)
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1]!
}

/** The sum of what a question about each item gives: nothing of it can be left out. */
export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  let all = 0
  for (const item of items) all += of(item)
  return all
}
