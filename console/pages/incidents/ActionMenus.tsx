import { Menu } from '@mantine/core'
import { Icon } from '../../glyphs/Icon.tsx'
import { StatusGlyph } from '../../glyphs/Status.tsx'
import { useAsk } from '../../graphql/ask.ts'
import { useWords } from '../../messages/index.ts'
import { Avatar, Kbd } from '../../parts/basic.tsx'
import { useMe } from '../../session/me.ts'
import { type IncidentDetail, PeopleQuery } from './queries.ts'
import type { IncidentActions } from './useIncidentActions.tsx'

/** The incident's status as a button; it offers the steps that the server allows, and says where none are. */
export function StatusMenu({
  incident,
  actions,
  verb = false,
}: {
  readonly incident: Pick<IncidentDetail, 'status' | 'allowedTransitions'>
  readonly actions: IncidentActions
  /** Shows the verb instead of the status. */
  readonly verb?: boolean
}) {
  const words = useWords()
  const allowed = incident.allowedTransitions
  const status = words.status[incident.status]
  return (
    <Menu opened={actions.menu === 'status'} onChange={(open) => actions.openMenu(open ? 'status' : undefined)}>
      <Menu.Target>
        <button
          type="button"
          className="sd-button sd-button-default"
          aria-label={verb ? undefined : `${words.incident.changeStatus}: ${status}`}
        >
          {verb ? (
            words.incident.changeStatus
          ) : (
            <>
              <StatusGlyph of={incident.status} />
              {status}
            </>
          )}
          {verb ? <Kbd keys="s" /> : <Icon name="down" size={12} />}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{allowed.length === 0 ? words.incident.noTransitions : words.incident.changeStatus}</Menu.Label>
        {allowed.map((to) => (
          <Menu.Item key={to} leftSection={<StatusGlyph of={to} />} onClick={() => actions.moveTo(to)}>
            {to === 'false_positive' ? words.incident.markFalse : words.status[to]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Who handles it, as a button; it offers the people in scope, oneself first. */
export function AssignMenu({
  incident,
  actions,
}: {
  readonly incident: Pick<IncidentDetail, 'assignee' | 'canAssign'>
  readonly actions: IncidentActions
}) {
  const words = useWords()
  const me = useMe()
  const open = actions.menu === 'assign'
  const { data } = useAsk(PeopleQuery, {}, { pause: !open })
  const name = incident.assignee?.displayName ?? words.incident.nobody
  if (!incident.canAssign)
    return (
      <span className="sd-state">
        {incident.assignee !== null && <Avatar name={name} />}
        {name}
      </span>
    )
  return (
    <Menu opened={open} onChange={(next) => actions.openMenu(next ? 'assign' : undefined)}>
      <Menu.Target>
        <button type="button" className="sd-button sd-button-default" aria-label={`${words.incident.assign}: ${name}`}>
          {incident.assignee !== null ? <Avatar name={name} /> : <Icon name="user" size={14} />}
          {name}
          <Icon name="down" size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown mah={320} style={{ overflowY: 'auto' }}>
        <Menu.Label>{words.incident.assignTo}</Menu.Label>
        <Menu.Item
          leftSection={<Avatar name={me.displayName} />}
          rightSection={<Kbd keys="a a" />}
          onClick={actions.assignMe}
        >
          {words.incident.assignMe}
        </Menu.Item>
        {data?.people
          .filter((p) => p.id !== me.id)
          .map((p) => (
            <Menu.Item key={p.id} leftSection={<Avatar name={p.displayName} />} onClick={() => actions.assignTo(p)}>
              {p.displayName}
            </Menu.Item>
          ))}
        {incident.assignee !== null && (
          <>
            <Menu.Divider />
            <Menu.Item onClick={() => actions.assignTo(null)}>{words.incident.unassign}</Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
