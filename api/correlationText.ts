import { type LoadedCorrelation, timespanText } from '../detection/index.ts'

/** What a correlation asks, in Sigma's words on one line: `value_count(user.name) gte 10, timespan 10m, group-by source.ip`. */
export function correlationText({ correlation }: Pick<LoadedCorrelation, 'correlation'>): string {
  const { timespan, groupBy } = correlation
  const parts = [conditionText(correlation), `timespan ${timespanText(timespan)}`]
  return (groupBy.length === 0 ? parts : [...parts, `group-by ${groupBy.join(' ')}`]).join(', ')
}

function conditionText({ type, condition, rules }: LoadedCorrelation['correlation']): string {
  if (condition.kind === 'rules') return `${type} ${condition.text}`
  const { fields, bounds, percentile } = condition
  const counted = type === 'value_percentile' ? [...fields, String(percentile)] : fields
  const of = counted.length > 0 ? counted : type.startsWith('temporal') ? rules : []
  return `${type}${of.length > 0 ? `(${of.join(', ')})` : ''} ${bounds.map((b) => `${b.op} ${b.value}`).join(' and ')}`
}
