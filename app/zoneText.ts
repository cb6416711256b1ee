/** `+08:00` for 480 minutes east of UTC. */
export function zoneText(minutes: number): string {
  if (minutes === 0) return 'UTC'
  const m = Math.abs(minutes)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(m / 60))}:${two(m % 60)}`
}
