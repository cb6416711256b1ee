import { count } from '../../format/number.ts'
import { clock } from '../../format/time.ts'
import { Severity, SeverityGlyph } from '../../glyphs/Severity.tsx'
import type { Failure } from '../../graphql/failure.ts'
import { useBoth, useWords } from '../../messages/index.ts'
import { Button, Entity, Kbd, Time } from '../../parts/basic.tsx'
import { Facts } from '../../parts/Drawer.tsx'
import { decisiveOf } from '../../parts/explanation.ts'
import { Go } from '../../parts/Go.tsx'
import { excerpt } from '../../parts/marks.ts'
import { Raw } from '../../parts/Raw.tsx'
import { Failed, Loading } from '../../parts/States.tsx'
import { StatusMenu } from './ActionMenus.tsx'
import type { IncidentDetail, QueueRow } from './queries.ts'
import type { IncidentActions } from './useIncidentActions.tsx'

/** The incident under the cursor, beside the queue: why it is severe, the deciding lines, and what to do. */
export function Preview({
  row,
  incident,
  failure,
  actions,
  onOpen,
}: {
  readonly row: QueueRow
  readonly incident: IncidentDetail | undefined
  readonly failure: Failure | undefined
  readonly actions: IncidentActions
  readonly onOpen: () => void
}) {
  const words = useWords()
  const t = words.incident
  const both = useBoth()
  return (
    <section className="sd-preview" aria-label={words.incidents.preview}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className="sd-preview-body" tabIndex={0} role="group" aria-label={words.incidents.preview}>
        <div className="sd-section">
          <div className="sd-line">
            <Severity of={row.severity} />
            <span className="sd-mono sd-2">{row.number}</span>
            <span className="sd-end">
              <Kbd keys="Enter" />{' '}
              <Go to="/incidents/$number" params={{ number: row.number }}>
                {words.incidents.previewOpen}
              </Go>
            </span>
          </div>
          <h2>{both(row.titleZh, row.title)}</h2>
          <div className="sd-chips">
            <Entity of={row.entity} chip />
          </div>
        </div>
        {failure !== undefined && incident === undefined ? (
          <Failed failure={failure} />
        ) : incident === undefined ? (
          <Loading what={words.incidents.preview} rows={3} />
        ) : (
          <>
            <div className="sd-section">
              <Facts
                of={[
                  [
                    t.system,
                    incident.system === null
                      ? t.noSystem
                      : `${incident.system.name} · ${words.systems.levels[incident.system.level as 1 | 2 | 3 | 4 | 5] ?? incident.system.level}`,
                  ],
                  [t.unit, incident.unit.name],
                  [t.first, <Time key="first" at={incident.first} />],
                  [t.last, <Time key="last" at={incident.last} />],
                ]}
              />
            </div>
            <div className="sd-section">
              <h3>{t.whyTitle(words.severity[incident.severity])}</h3>
              <p>
                {t.ruleLevel} <b>{words.severity[incident.severityWhy.ruleLevel]}</b>
                {' · '}
                {incident.severityWhy.raisedByLevel === null
                  ? t.notRaised
                  : t.raised(levelName(words, incident.severityWhy.raisedByLevel))}
              </p>
            </div>
            <div className="sd-section">
              <h3>
                {words.incidents.evidence(count(incident.signals.edges.length), count(incident.signals.totalCount))}
              </h3>
              {incident.signals.edges.map(({ node }) => (
                <div key={node.id}>
                  <div className="sd-line">
                    <SeverityGlyph of={node.level} />
                    <span className="sd-cut">{both(node.rule.titleZh, node.rule.title)}</span>
                    <span className="sd-end sd-2 sd-small">{clock(node.first)}</span>
                  </div>
                  {node.evidence?.original == null ? (
                    <p className="sd-2">{node.evidence === null ? t.noEvidence : t.noOriginal}</p>
                  ) : (
                    <Raw
                      {...excerpt(
                        node.evidence.original,
                        node.explanation === null ? [] : decisiveOf(node.explanation).marks,
                      )}
                    />
                  )}
                </div>
              ))}
            </div>
          </>
        )}
      </div>
      {actions.parts}
      <div className="sd-preview-foot">
        {incident?.canAssign === true && (
          <Button kind="primary" hint="a a" onClick={actions.assignMe}>
            {t.assignMe}
          </Button>
        )}
        {incident !== undefined && incident.allowedTransitions.length > 0 && (
          <StatusMenu incident={incident} actions={actions} verb />
        )}
        {actions.canMarkFalse && (
          <Button hint="f" onClick={() => actions.moveTo('false_positive')}>
            {t.falsePositive}
          </Button>
        )}
        {incident?.canAssign !== true && <Button onClick={onOpen}>{words.incidents.previewOpen}</Button>}
      </div>
    </section>
  )
}

function levelName(words: ReturnType<typeof useWords>, level: number): string {
  return words.systems.levels[level as 1 | 2 | 3 | 4 | 5] ?? String(level)
}
