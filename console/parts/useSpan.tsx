import { type ReactNode, useState } from 'react'
import { parseLocal, toLocal } from '../format/time.ts'
import { useWords } from '../messages/index.ts'
import { TextField } from './Form.tsx'

/** Two fields, from and to, in the reader's zone; `read` says what is wrong where it is not a range. */
export function useSpan(
  from: number,
  to: number,
): {
  readonly fields: ReactNode
  readonly read: () => { readonly from: number; readonly to: number } | undefined
} {
  const { time } = useWords()
  const [a, setA] = useState(() => toLocal(from))
  const [b, setB] = useState(() => toLocal(to))
  const [tried, setTried] = useState(false)
  const start = parseLocal(a)
  const end = parseLocal(b)
  const startError = start === undefined ? time.bad : undefined
  const endError = end === undefined ? time.bad : start !== undefined && end <= start ? time.badOrder : undefined
  return {
    fields: (
      <>
        <TextField
          label={time.from}
          value={a}
          onChange={(e) => setA(e.target.value)}
          error={tried ? startError : undefined}
        />
        <TextField
          label={time.to}
          value={b}
          onChange={(e) => setB(e.target.value)}
          error={tried ? endError : undefined}
        />
      </>
    ),
    read: () => {
      setTried(true)
      return start === undefined || end === undefined || end <= start ? undefined : { from: start, to: end }
    },
  }
}
