import { useMediaQuery } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef } from 'react'
import { Icon } from '../glyphs/Icon.tsx'
import { useWords } from '../messages/index.ts'
import { useSettings } from '../session/settings.ts'

/** A column: its head, its track in the grid, and what a row shows there. */
export interface Column<T> {
  readonly id: string
  readonly head: ReactNode
  readonly width: string
  readonly cell: (row: T) => ReactNode
  readonly end?: boolean
  /** The list is sorted by it, downwards. */
  readonly sorted?: boolean
  readonly mono?: boolean
}

export interface TableProps<T> {
  readonly label: string
  readonly rows: readonly T[]
  readonly rowKey: (row: T) => string
  readonly columns: readonly Column<T>[]
  /** How many rows there are in all, loaded or not. */
  readonly total?: number | undefined
  readonly twoLines?: boolean
  /** Index of the row under the cursor; -1 for none. */
  readonly cursor?: number
  readonly onChoose?: (row: T, index: number) => void
  readonly selected?: (row: T) => boolean
  readonly muted?: (row: T) => boolean
  /** What a row shows on a narrow screen instead of its cells. */
  readonly card?: (row: T) => ReactNode
  /** What stands unfolded below a row. */
  readonly detail?: (row: T) => ReactNode | undefined
  /** A row that is the head of a group: its only cell. */
  readonly group?: (row: T) => ReactNode | undefined
  readonly onEnd?: () => void
  readonly loadingMore?: boolean
  /** Shown in the body's place: loading, empty, failed. */
  readonly instead?: ReactNode
  /** Scrolls to the row of that index when it changes. */
  readonly follow?: number
}

/** Whether the screen is narrow: tables become cards, drawers pages. */
export function useNarrow(): boolean {
  return useMediaQuery('(max-width: 767px)', matchMedia('(max-width: 767px)').matches) ?? false
}

/** A list of any length: only what is seen is drawn, and readers of the screen are told how long it is. */
export function Table<T>(props: TableProps<T>) {
  const { rows, columns, rowKey } = props
  const words = useWords()
  const narrow = useNarrow()
  const { density } = useSettings()
  const scroller = useRef<HTMLDivElement>(null)
  const asCards = narrow && props.card !== undefined
  const one = density === 'compact' ? 34 : 44
  const two = density === 'compact' ? 47 : 56
  const height = asCards ? 68 : props.twoLines === true ? two : one
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 12,
    getItemKey: (i) => rowKey(rows[i]!),
  })
  useEffect(() => virtual.measure(), [height])
  useEffect(() => {
    if (props.follow !== undefined && props.follow >= 0 && props.follow < rows.length)
      virtual.scrollToIndex(props.follow, { align: 'auto' })
  }, [props.follow, rows.length, virtual])

  const items = virtual.getVirtualItems()
  const lastIndex = items.at(-1)?.index ?? -1
  const { onEnd } = props
  useEffect(() => {
    if (onEnd !== undefined && lastIndex >= rows.length - 10 && rows.length > 0) onEnd()
  }, [lastIndex, rows.length, onEnd])

  const tracks = columns.map((c) => c.width).join(' ')
  const body = props.instead
  return (
    <div
      role="table"
      aria-label={props.label}
      aria-rowcount={(props.total ?? rows.length) + 1}
      className="sd-table"
      data-cards={asCards || undefined}
    >
      <div role="rowgroup" className="sd-table-head">
        <div role="row" aria-rowindex={1} className="sd-tr" style={{ gridTemplateColumns: tracks }}>
          {(asCards ? columns.slice(0, 1) : columns).map((c) => (
            <div
              key={c.id}
              role="columnheader"
              aria-sort={c.sorted === true ? 'descending' : undefined}
              className={c.end === true ? 'sd-num' : undefined}
            >
              {c.head}
              {c.sorted === true && <span aria-hidden="true"> ↓</span>}
            </div>
          ))}
        </div>
      </div>
      {body !== undefined ? (
        <div role="rowgroup" className="sd-table-body">
          <div role="row" className="sd-table-instead">
            <div role="cell">{body}</div>
          </div>
        </div>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <div role="rowgroup" className="sd-table-body" ref={scroller} tabIndex={0}>
          <div role="presentation" style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {items.map((item) => {
              const row = rows[item.index]!
              const group = props.group?.(row)
              const detail = group === undefined ? props.detail?.(row) : undefined
              const common = {
                role: 'row',
                'aria-rowindex': item.index + 2,
                'data-index': item.index,
                ref: virtual.measureElement,
                style: { transform: `translateY(${item.start}px)` },
              } as const
              if (group !== undefined)
                return (
                  <div key={item.key} {...common} className="sd-tr-slot">
                    <div role="cell" className="sd-group" aria-colspan={columns.length}>
                      {group}
                    </div>
                  </div>
                )
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the row's link or button and the page's keys do the same
                // biome-ignore lint/a11y/noStaticElementInteractions: it has the role of a row
                <div
                  key={item.key}
                  {...common}
                  className="sd-tr-slot"
                  data-cursor={props.cursor === item.index || undefined}
                  data-selected={props.selected?.(row) || undefined}
                  data-muted={props.muted?.(row) || undefined}
                  aria-current={props.cursor === item.index ? 'true' : undefined}
                  onClick={(event) => {
                    if ((event.target as HTMLElement).closest('a,button,input,.sd-detail') !== null) return
                    if (getSelection()?.isCollapsed === false) return
                    props.onChoose?.(row, item.index)
                  }}
                >
                  {asCards ? (
                    <div role="cell" className="sd-card-cell" style={{ minHeight: height - 1 }}>
                      {props.card!(row)}
                    </div>
                  ) : (
                    <div
                      role="presentation"
                      className="sd-tr"
                      style={{ gridTemplateColumns: tracks, minHeight: height - 1 }}
                    >
                      {columns.map((c) => (
                        <div
                          key={c.id}
                          role="cell"
                          className={`${c.end === true ? 'sd-num ' : ''}${c.mono === true ? 'sd-mono sd-cut' : 'sd-td'}`}
                        >
                          {c.cell(row)}
                        </div>
                      ))}
                    </div>
                  )}
                  {detail !== undefined && (
                    <div role="cell" className="sd-detail" aria-colspan={columns.length}>
                      {detail}
                    </div>
                  )}
                </div>
              )
            })}
          </div>
          {props.loadingMore === true && (
            <p className="sd-table-more">
              <Icon name="clock" size={13} /> {words.table.more}
            </p>
          )}
        </div>
      )}
    </div>
  )
}
