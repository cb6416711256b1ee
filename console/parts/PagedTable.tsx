import type { Pages } from '../graphql/usePages.ts'
import { RowsFailure } from './ListBody.tsx'
import { Table, type TableProps } from './Table.tsx'

interface PagedTableProps<T> extends Omit<TableProps<T>, 'total' | 'follow' | 'onEnd' | 'loadingMore'> {
  readonly pages: Pick<Pages<unknown>, 'failure' | 'first' | 'loading' | 'more' | 'reload' | 'total'>
}

/** A table whose rows come by pages: more at its end, the cursor kept in sight, what failed said above the rows that stand. */
export function PagedTable<T>({ pages, ...table }: PagedTableProps<T>) {
  return (
    <>
      <RowsFailure failure={pages.failure} rows={table.rows.length} reload={pages.reload} />
      <Table
        {...table}
        {...(table.cursor === undefined ? {} : { follow: table.cursor })}
        total={pages.total}
        onEnd={pages.more}
        loadingMore={pages.loading && !pages.first}
      />
    </>
  )
}
