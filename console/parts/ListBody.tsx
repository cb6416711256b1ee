import type { ReactNode } from 'react'
import type { Failure } from '../graphql/failure.ts'
import { useWords } from '../messages/index.ts'
import { Button, Strip } from './basic.tsx'
import { Empty, Failed, Loading, useFailureText } from './States.tsx'

/** What stands in a list's place while it has no rows: loading, cancelled, failed or empty; undefined once it has some. */
export function useListBody(list: {
  readonly what: string
  readonly rows: number
  readonly first: boolean
  readonly failure: Failure | undefined
  readonly reload: () => void
  readonly cancelled?: boolean
  readonly cancel?: () => void
  readonly empty: ReactNode
}): ReactNode | undefined {
  const words = useWords()
  const syntax = list.failure?.code.startsWith('KQL-') === true
  if (syntax) return <Empty>{words.events.errorAt(list.failure!.message)}</Empty>
  if (list.rows > 0) return undefined
  if (list.failure !== undefined) return <Failed failure={list.failure} onRetry={list.reload} />
  if (list.cancelled === true)
    return <Empty action={<Button onClick={list.reload}>{words.state.retry}</Button>}>{words.state.cancelled}</Empty>
  if (list.first) return <Loading what={list.what} onCancel={list.cancel} />
  return list.empty
}

/** A strip above rows that stayed while asking anew failed. */
export function RowsFailure({
  failure,
  rows,
  reload,
}: {
  readonly failure: Failure | undefined
  readonly rows: number
  readonly reload: () => void
}) {
  const words = useWords()
  const text = useFailureText()
  if (failure === undefined || rows === 0 || failure.code.startsWith('KQL-')) return null
  return (
    <Strip tone="error" icon="warning" action={<Button onClick={reload}>{words.state.retry}</Button>}>
      {text(failure)} <code>{failure.code}</code>
    </Strip>
  )
}
