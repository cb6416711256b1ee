import type { FieldRef, Scalar } from '../../core/event.ts'
import { disjunction, type Filter } from '../../core/filter.ts'

type Scalars = NonNullable<Scalar>[]

/** Any of the filters; comparisons of one field with whole values become one look-up. */
export function alternatives(filters: readonly Filter[]): Filter {
  const groups = new Map<string, { field: FieldRef; cased: boolean; values: Scalars }>()
  const others: Filter[] = []
  for (const f of filters.flatMap((x) => (x.op === 'or' ? x.of : [x]))) {
    if (f.op !== 'term' && f.op !== 'in') {
      others.push(f)
      continue
    }
    const key = `${f.cased} ${f.field.join('\n')}`
    const group = groups.get(key) ?? { field: f.field, cased: f.cased, values: [] }
    groups.set(key, group)
    if (f.op === 'term') group.values.push(f.value)
    else for (const v of f.values) group.values.push(v)
  }
  const lookUps = [...groups.values()].map(({ field, cased, values }): Filter => {
    const [value] = values
    return values.length === 1 ? { op: 'term', field, value: value!, cased } : { op: 'in', field, values, cased }
  })
  return disjunction([...lookUps, ...others])
}
