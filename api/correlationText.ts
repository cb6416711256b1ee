import type { LoadedCorrelation } from '../detection/index.ts'

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const

/** What a correlation asks, in Sigma's words on one line: `value_count(user.name) gte 10, timespan 10m, group-by source.ip`. */
export function correlationText({ correlation }: Pick<LoadedCorrelation, 'correlation'>): string {
  const { timespan, groupBy } = correlation
  const parts = [conditionText(correlation), `timespan ${spanText(timespan)}`]
  return (groupBy.length === 0 ? parts : [...parts, `group-by ${groupBy.join(' ')}`]).join(', ')
}

function conditionText({ type, condition, rules }: LoadedCorrelation['correlation']): string {
  if (condition.kind === 'rules') return `${type} ${condition.text}`
  const { fields, bounds, percentile } = condition
  const counted = type === 'value_percentile' ? [...fields, String(percentile)] : fields
  const of = counted.length > 0 ? counted : type.startsWith('temporal') ? rules : []
  return `${type}${of.length > 0 ? `(${of.join(', ')})` : ''} ${bounds.map((b) => `${b.op} ${b.value}`).join(' and ')}`
}

function spanText(ms: number): string {
  const [unit, size] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['s', 1_000]
  return `${ms / size}${unit}`
}
