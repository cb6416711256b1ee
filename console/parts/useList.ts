import { useKeys } from '../keys/keys.ts'
import { useWords } from '../messages/index.ts'

/** A cursor over a list that stands on a row's id, moved by `j` and `k`; `Enter` opens. */
export function useList<T>(options: {
  readonly rows: readonly T[]
  readonly id: (row: T) => string
  readonly at: string | undefined
  readonly onMove: (id: string) => void
  readonly onOpen: (row: T) => void
}): number {
  const words = useWords()
  const { rows, id, at, onMove, onOpen } = options
  const cursor = at === undefined ? -1 : rows.findIndex((r) => id(r) === at)
  const step = (by: number) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, cursor + by))]
    if (row !== undefined) onMove(id(row))
  }
  useKeys([
    { keys: 'j', label: words.keysHelp.next, act: () => step(1) },
    { keys: 'k', label: words.keysHelp.previous, act: () => step(-1) },
    { keys: 'ArrowDown', label: '', act: () => step(1) },
    { keys: 'ArrowUp', label: '', act: () => step(-1) },
    {
      keys: 'Enter',
      label: words.keysHelp.open,
      act: () => {
        const row = rows[cursor]
        if (row !== undefined) onOpen(row)
      },
    },
  ])
  return cursor
}
