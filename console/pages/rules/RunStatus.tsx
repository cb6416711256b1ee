import { Icon, type IconName } from '../../glyphs/Icon.tsx'
import { useWords } from '../../messages/index.ts'
import type { RunRow } from './runQueries.ts'

const ICONS: Readonly<Record<RunRow['status'], IconName>> = {
  queued: 'clock',
  running: 'right',
  done: 'check',
  cancelled: 'minus',
  failed: 'warning',
}

/** How a run stands: sign and word; only failure is coloured. */
export function RunStatus({ of }: { readonly of: RunRow['status'] }) {
  const t = useWords().runs
  return (
    <span className={of === 'failed' ? 'sd-state sd-text-not-compliant' : 'sd-state'}>
      <Icon name={ICONS[of]} size={13} />
      <span>{t.status[of]}</span>
    </span>
  )
}
