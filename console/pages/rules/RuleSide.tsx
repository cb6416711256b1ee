import { count } from '../../format/number.ts'
import { Icon } from '../../glyphs/Icon.tsx'
import { SeverityGlyph } from '../../glyphs/Severity.tsx'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Time } from '../../parts/basic.tsx'
import { Facts, Section } from '../../parts/Drawer.tsx'
import { Go } from '../../parts/Go.tsx'
import { useAttack } from './attack.ts'
import type { RuleDetail } from './queries.ts'

/** What a rule is about, what is known of it, and whether its samples come out as they should. */
export function RuleSide({
  rule,
  onRemove,
}: {
  readonly rule: RuleDetail
  /** Takes its file away; absent where the reader may not, or it was not imported. */
  readonly onRemove: (() => void) | undefined
}) {
  const words = useWords()
  const t = words.rule
  const r = words.rules
  const both = useBoth()
  const attack = useAttack()(rule.tags)
  const maturity =
    rule.status === null ? undefined : (r.maturity[rule.status as keyof typeof r.maturity] ?? rule.status)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="sd-rule-side" aria-label={t.facts} tabIndex={0}>
      <Section title={t.about}>
        <p className="sd-prose">{both(rule.descriptionZh, rule.description)}</p>
      </Section>
      {attack.length > 0 && (
        <Section title={t.attack}>
          <div className="sd-chips">
            {attack.map((a) => (
              <span key={a.tag} className={a.technique ? 'sd-tag sd-mono' : 'sd-tag'}>
                {a.text}
              </span>
            ))}
          </div>
        </Section>
      )}
      <Samples rule={rule} />
      {rule.correlates.length > 0 && (
        <Section title={t.correlates}>
          <p className="sd-2">{t.correlatesHint}</p>
          <RuleLinks of={rule.correlates} />
        </Section>
      )}
      {rule.countedBy.length > 0 && (
        <Section title={t.countedBy}>
          <p className="sd-2">{rule.silent ? t.silentHint : t.countedByHint}</p>
          <RuleLinks of={rule.countedBy} />
        </Section>
      )}
      {rule.filters.length > 0 && (
        <Section title={t.filters}>
          <p className="sd-2">{t.filtersHint}</p>
          <ul className="sd-plain-list">
            {rule.filters.map((f) => (
              <li key={f}>{f}</li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={t.facts}>
        <Facts
          of={[
            [t.condition, <code key="c">{rule.condition}</code>],
            [t.logsource, rule.logsource === '' ? words.table.none : rule.logsource],
            [t.hits, count(rule.hits)],
            rule.lastSignal === null ? undefined : [t.lastSignal, <Time key="l" at={rule.lastSignal} />],
            [t.origin, rule.origin === null ? words.table.none : r.origin[rule.origin]],
            [
              t.file,
              <span key="f" className="sd-line">
                <span className="sd-mono sd-wrap">{rule.file}</span>
                {onRemove !== undefined && (
                  <Button kind="link" onClick={onRemove}>
                    {words.ruleFile.remove}
                  </Button>
                )}
              </span>,
            ],
            maturity === undefined ? undefined : [t.maturity, maturity],
            rule.author === null ? undefined : [t.author, rule.author],
            rule.date === null ? undefined : [t.date, rule.date],
            [
              t.id,
              <span key="i" className="sd-mono sd-wrap">
                {rule.id}
              </span>,
            ],
          ]}
        />
      </Section>
      {rule.falsepositives.length > 0 && (
        <Section title={t.falsepositives}>
          <ul className="sd-bullets">
            {rule.falsepositives.map((f) => (
              <li key={f}>{f}</li>
            ))}
          </ul>
        </Section>
      )}
      {rule.references.length > 0 && (
        <Section title={t.references}>
          <ul className="sd-bullets">
            {rule.references.map((f) => (
              <li key={f}>
                <Reference to={f} />
              </li>
            ))}
          </ul>
        </Section>
      )}
    </section>
  )
}

function RuleLinks({ of }: { readonly of: RuleDetail['correlates'] }) {
  const t = useWords().rule
  const both = useBoth()
  return (
    <ul className="sd-plain-list">
      {of.map((c) => (
        <li key={c.id}>
          <SeverityGlyph of={c.level} />
          <Go to="/rules/$id" params={{ id: c.id }}>
            {both(c.titleZh, c.title)}
          </Go>
          {!c.enabled && <span className="sd-tag">{t.off}</span>}
        </li>
      ))}
    </ul>
  )
}

function Samples({ rule }: { readonly rule: RuleDetail }) {
  const t = useWords().rule
  const good = (s: RuleDetail['samples'][number]) => s.matches === s.mustMatch
  if (rule.samples.length === 0) return null
  return (
    <Section
      title={t.samples}
      aside={
        <span className="sd-2">
          {t.samplesPass(count(rule.samples.filter(good).length), count(rule.samples.length))}
        </span>
      }
    >
      <ul className="sd-samples">
        {rule.samples.map((s) => (
          <li key={`${s.name} ${s.event}`}>
            <details>
              <summary>
                <span className={good(s) ? 'sd-text-compliant' : 'sd-text-not-compliant'}>
                  <Icon name={good(s) ? 'check' : 'close'} size={14} />
                  <span className="sd-hidden">{good(s) ? t.asExpected : t.notExpected}</span>
                </span>
                <span className="sd-cut">{s.name}</span>
                <span className="sd-2 sd-end">{s.mustMatch ? t.mustMatch : t.mustNot}</span>
              </summary>
              <pre className="sd-code">{s.event}</pre>
            </details>
          </li>
        ))}
      </ul>
    </Section>
  )
}

/** A reference as a link where it is one for a browser; nothing is fetched before a person opens it. */
function Reference({ to }: { readonly to: string }) {
  if (!/^https?:\/\//i.test(to)) return <span className="sd-wrap">{to}</span>
  return (
    <a className="sd-wrap" href={to} target="_blank" rel="noopener noreferrer">
      {to}
    </a>
  )
}
