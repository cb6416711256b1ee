import { count } from '../format/number.ts'

/** How far a long job is: a bar with its numbers; without a total it only says that it goes on. */
export function Progress({
  label,
  done,
  total,
  text,
}: {
  readonly label: string
  readonly done: number
  readonly total: number
  /** The numbers in words. */
  readonly text: string
}) {
  const share = total === 0 ? 0 : Math.min(1, done / total)
  return (
    <span className="sd-progress">
      <span
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={Math.min(done, total)}
        aria-valuetext={text}
        className="sd-progress-bar"
        title={`${count(done)} / ${count(total)}`}
      >
        <i style={{ width: `${share * 100}%` }} />
      </span>
      <span className="sd-progress-text">{text}</span>
    </span>
  )
}
