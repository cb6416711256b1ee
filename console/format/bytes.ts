/** `2.1 GB`, `840 kB`, `12 B`: powers of a thousand, as much as one reads at a glance. */
export function bytes(n: number): string {
  const units = ['B', 'kB', 'MB', 'GB'] as const
  let value = n
  let unit = 0
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]}`
}
