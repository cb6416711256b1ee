import { type PointerEvent, useMemo, useRef, useState } from 'react'
import { rangeText } from '../../address/timeRange.ts'
import { count } from '../../format/number.ts'
import { compactTime, span } from '../../format/time.ts'
import { type Language, useWords } from '../../messages/index.ts'
import { useSettings } from '../../session/settings.ts'

/**
 * Volume over time from a zero base. Arrow keys move from bar to bar and Enter narrows the time range to it; a drag does
 * the same for several; as a table every bar is a link.
 */
export function Histogram({
  step,
  buckets,
  from,
  to,
  onRange,
  table,
}: {
  /** Milliseconds. */
  readonly step: number
  readonly buckets: readonly { readonly from: string; readonly count: number }[]
  readonly from: number
  readonly to: number
  readonly onRange: (text: string) => void
  readonly table: boolean
}) {
  const words = useWords()
  const t = words.events
  const { language } = useSettings()
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<number | undefined>()
  const [brush, setBrush] = useState<{ readonly a: number; readonly b: number } | undefined>()
  const bars = useMemo(() => fill(step, buckets, from, to), [step, buckets, from, to])
  const max = bars.reduce((m, b) => Math.max(m, b.count), 1)
  const label = (i: number) => {
    const b = bars[i]!
    return t.bucket(compactTime(b.from, language), compactTime(b.from + step, language), count(b.count))
  }
  const zoom = (a: number, b: number) => {
    const first = bars[Math.min(a, b)]!
    const last = bars[Math.max(a, b)]!
    onRange(rangeText(Math.max(from, first.from), Math.min(to, last.from + step)))
  }
  const barAt = (event: PointerEvent) => {
    const rect = box.current!.getBoundingClientRect()
    return Math.max(0, Math.min(bars.length - 1, Math.floor(((event.clientX - rect.left) / rect.width) * bars.length)))
  }
  if (bars.length === 0) return null
  if (table)
    return (
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      <div className="sd-histogram-table" tabIndex={0} role="group" aria-label={t.histogram}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.bucketTime}</th>
              <th scope="col">{t.bucketCount}</th>
            </tr>
          </thead>
          <tbody>
            {bars
              .filter((b) => b.count > 0)
              .map((b) => (
                <tr key={b.from}>
                  <td>
                    <button
                      type="button"
                      className="sd-button sd-button-link"
                      aria-label={t.zoom(compactTime(b.from, language))}
                      onClick={() => onRange(rangeText(Math.max(from, b.from), Math.min(to, b.from + step)))}
                    >
                      {compactTime(b.from, language)}
                    </button>
                  </td>
                  <td>{count(b.count)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    )
  const cursor = at ?? bars.length - 1
  return (
    <>
      <div
        ref={box}
        className="sd-bars"
        role="slider"
        tabIndex={0}
        aria-label={`${t.histogram}. ${t.histogramHelp}`}
        aria-valuemin={0}
        aria-valuemax={bars.length - 1}
        aria-valuenow={cursor}
        aria-valuetext={label(cursor)}
        onKeyDown={(event) => {
          const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, Home: 0, End: bars.length - 1 }[event.key]
          if (to !== undefined) {
            event.preventDefault()
            setAt(Math.max(0, Math.min(bars.length - 1, to)))
          } else if (event.key === 'Enter') {
            event.preventDefault()
            zoom(cursor, cursor)
          }
        }}
        onBlur={() => setAt(undefined)}
        onPointerDown={(event) => {
          const i = barAt(event)
          box.current!.setPointerCapture(event.pointerId)
          setBrush({ a: i, b: i })
        }}
        onPointerMove={(event) => brush !== undefined && setBrush({ a: brush.a, b: barAt(event) })}
        onPointerUp={() => {
          if (brush !== undefined) zoom(brush.a, brush.b)
          setBrush(undefined)
        }}
        onPointerCancel={() => setBrush(undefined)}
      >
        {bars.map((b, i) => (
          <div
            key={b.from}
            title={label(i)}
            data-at={at === i || undefined}
            data-brushed={
              (brush !== undefined && i >= Math.min(brush.a, brush.b) && i <= Math.max(brush.a, brush.b)) || undefined
            }
          >
            <i style={{ height: b.count === 0 ? 0 : `max(2px, ${(b.count / max) * 100}%)` }} />
          </div>
        ))}
      </div>
      <div className="sd-ticks" aria-hidden="true">
        {[0, 1, 2, 3, 4, 5].map((i) => (
          <span key={i}>{tick(from + ((to - from) * i) / 5, language)}</span>
        ))}
      </div>
    </>
  )
}

/** The day where it is not today, then hour and minute. */
function tick(at: number, language: Language): string {
  return compactTime(at, language).replace(/(\d\d:\d\d):\d\d$/, '$1')
}

/** The width of a bar in words. */
export function useStepText(): (ms: number) => string {
  const words = useWords()
  return (ms) => span(ms, words)
}

/** Every bar of the range, empty ones too: the server sends those that hold something. */
function fill(
  step: number,
  buckets: readonly { readonly from: string; readonly count: number }[],
  from: number,
  to: number,
): readonly { readonly from: number; readonly count: number }[] {
  if (step <= 0) return []
  const known = new Map(buckets.map((b) => [Date.parse(b.from), b.count]))
  const out: { from: number; count: number }[] = []
  for (let at = Math.floor(from / step) * step; at < to && out.length < 1000; at += step)
    out.push({ from: at, count: known.get(at) ?? 0 })
  return out
}
