import { flatten } from '../../parts/fields.ts'

/** A line of a comparison, with its sign. */
export interface DiffLine {
  readonly sign: '-' | '+' | ' '
  readonly text: string
}

/** Fields before and after as signed lines: a changed one stands twice, an unchanged one once. */
export function diffOf(before: unknown, after: unknown): readonly DiffLine[] {
  const a = new Map(flatten(before ?? {}).map((f) => [f.name, f.values.join(', ')]))
  const b = new Map(flatten(after ?? {}).map((f) => [f.name, f.values.join(', ')]))
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((name): DiffLine[] => {
    const was = a.get(name)
    const is = b.get(name)
    if (was === is) return [{ sign: ' ', text: `${name}: ${is}` }]
    return [
      ...(was === undefined ? [] : [{ sign: '-' as const, text: `${name}: ${was}` }]),
      ...(is === undefined ? [] : [{ sign: '+' as const, text: `${name}: ${is}` }]),
    ]
  })
}
