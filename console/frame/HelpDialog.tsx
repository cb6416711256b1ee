import { useState } from 'react'
import { activeShortcuts, type Shortcut } from '../keys/keys.ts'
import { useWords } from '../messages/index.ts'
import { Dialog } from '../parts/Dialog.tsx'
import { useSettings } from '../session/settings.ts'

/** The keys that act now: on this page and everywhere. */
export function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const words = useWords()
  const { singleKeys } = useSettings()
  const [{ page, everywhere }] = useState(activeShortcuts)
  return (
    <Dialog title={words.keysHelp.title} onClose={onClose} size={520}>
      {!singleKeys && <p>{words.keysHelp.off}</p>}
      {page.length > 0 && <Keys title={words.keysHelp.here} of={page} />}
      <Keys title={words.keysHelp.everywhere} of={everywhere} />
    </Dialog>
  )
}

function Keys({ title, of }: { readonly title: string; readonly of: readonly Shortcut[] }) {
  return (
    <section className="sd-keys">
      <h3>{title}</h3>
      <dl>
        {of.map((s) => (
          <div key={s.keys}>
            <dt>
              {s.keys.split(' ').map((k, i) => (
                <kbd key={i} className="sd-kbd">
                  {k}
                </kbd>
              ))}
            </dt>
            <dd>{s.label}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
