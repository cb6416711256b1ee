import { count } from '../../format/number.ts'
import { useWords } from '../../messages/index.ts'
import { Time } from '../../parts/basic.tsx'
import { Drawer, Facts, Section } from '../../parts/Drawer.tsx'
import { type AuditRow, actionText } from './AuditPage.tsx'
import { diffOf } from './diff.ts'

/** One entry of the audit log: who, what, before and after, and its place in the chain. */
export function AuditDrawer({ entry, onClose }: { readonly entry: AuditRow; readonly onClose: () => void }) {
  const words = useWords()
  const t = words.audit
  const lines = diffOf(entry.before, entry.after)
  return (
    <Drawer
      label={t.drawer}
      onClose={onClose}
      head={
        <>
          <span className="sd-mono sd-2">{t.entry(count(entry.seq))}</span>
          <h2>{actionText(words, entry.action)}</h2>
        </>
      }
    >
      <Section>
        <Facts
          of={[
            [t.when, <Time key="w" at={entry.at} />],
            [t.who, entry.actor],
            [
              t.action,
              <span key="a" className="sd-mono">
                {entry.action}
              </span>,
            ],
            [t.target, <span key="t" className="sd-mono">{`${entry.targetKind} ${entry.targetId}`}</span>],
            [
              t.unit,
              <span key="u" className="sd-mono">
                {entry.unitId}
              </span>,
            ],
            entry.reason === null ? undefined : [t.reason, entry.reason],
          ]}
        />
      </Section>
      <Section title={t.change}>
        {lines.length === 0 ? (
          <p className="sd-2">{t.noChange}</p>
        ) : (
          <div className="sd-diff">
            {lines.map((l) => (
              <div key={l.sign + l.text} data-sign={l.sign}>
                <span>{l.sign}</span>
                <span>{l.text}</span>
              </div>
            ))}
          </div>
        )}
      </Section>
      <Section title={t.chain}>
        <Facts
          of={[
            [t.previous, <Hash key="p" of={entry.prev} />],
            [t.this, <Hash key="h" of={entry.hash} />],
            [t.algorithm, entry.algorithm],
          ]}
        />
      </Section>
      <Section title={t.offline}>
        <p className="sd-2">{t.offlineText}</p>
        <pre className="sd-code">npx suidun audit verify</pre>
      </Section>
    </Drawer>
  )
}

function Hash({ of }: { readonly of: string }) {
  return (
    <span className="sd-mono" title={of}>
      {of.length > 16 ? `${of.slice(0, 8)}…${of.slice(-8)}` : of}
    </span>
  )
}
