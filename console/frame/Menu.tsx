import { useLocation } from '@tanstack/react-router'
import { useEffect } from 'react'
import { count } from '../format/number.ts'
import { clock } from '../format/time.ts'
import { Icon } from '../glyphs/Icon.tsx'
import { Logo } from '../glyphs/Logo.tsx'
import { useAsk } from '../graphql/ask.ts'
import { graphql } from '../graphql/graphql.ts'
import { useWords } from '../messages/index.ts'
import { Avatar, IconButton } from '../parts/basic.tsx'
import { Go } from '../parts/Go.tsx'
import { live, useIncidentChanges } from '../session/live.ts'
import type { Me } from '../session/me.ts'
import { useStore } from '../session/store.ts'
import { lastChecklist, menuGroups } from './menuGroups.ts'
import { menuOpen } from './menuOpen.ts'
import { LanguageSwitch, ThemeSwitch } from './Switches.tsx'

const Counts = graphql(`
  query MenuCounts { incidentCounts { new } }
`)

/** The menu: unit shown, groups of pages, language and colours, who is signed in and whether news arrives. */
export function Menu({ me }: { readonly me: Me }) {
  const words = useWords()
  const pathname = useLocation({ select: (l) => l.pathname })
  const checklist = useStore(lastChecklist)
  const groups = menuGroups(me, checklist)
  const active = groups
    .flatMap((g) => g.items)
    .filter((i) => pathname === i.path || pathname.startsWith(`${i.path}/`))
    .sort((a, b) => b.path.length - a.path.length)[0]
  return (
    <nav className="sd-menu" aria-label={words.menu.label}>
      <div className="sd-menu-brand">
        <Logo />
        <span>{words.brand}</span>
        <IconButton
          icon="close"
          label={words.menu.close}
          className="sd-menu-close"
          onClick={() => menuOpen.set(false)}
        />
      </div>
      <div className="sd-menu-unit" title={words.frame.unit}>
        <span className="sd-unit-mark" aria-hidden="true">
          {me.unit.code.slice(0, 2)}
        </span>
        <span>
          <span className="sd-hidden">{words.frame.unit}: </span>
          <b>{me.unit.name}</b>
          <small>{words.unitKind[me.unit.kind as keyof typeof words.unitKind] ?? me.unit.kind}</small>
        </span>
      </div>
      <div className="sd-menu-groups">
        {groups.map((g) => (
          <div key={g.id} className="sd-menu-group">
            <h2>{words.menu[g.id]}</h2>
            <ul>
              {g.items.map((i) => (
                <li key={i.id}>
                  <Go
                    to={i.path}
                    className="sd-menu-item"
                    current={i === active ? 'page' : undefined}
                    title={words.menu[i.id] as string}
                    activeProps={{}}
                  >
                    <Icon name={i.id} />
                    <span>{words.menu[i.id] as string}</span>
                    {i.id === 'incidents' && <Waiting />}
                  </Go>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
      <div className="sd-menu-foot">
        <div className="sd-menu-switches">
          <LanguageSwitch signedIn />
          <ThemeSwitch />
        </div>
        <div className="sd-menu-me">
          <Go to="/me" current={pathname === '/me' ? 'page' : undefined} title={words.menu.me}>
            <Avatar name={me.displayName} />
            <span className="sd-menu-name">
              <b className="sd-cut">{me.displayName}</b>
              <small>{words.role[me.role]}</small>
            </span>
            <span className="sd-hidden">{words.menu.me}</span>
          </Go>
          {me.pages.includes('incidents') && <LiveDot />}
        </div>
      </div>
    </nav>
  )
}

function LiveDot() {
  const words = useWords()
  const { state, asOf } = useStore(live)
  return (
    <span className="sd-live" data-state={state} title={state === 'lost' ? words.frame.stale(clock(asOf)) : undefined}>
      <span aria-hidden="true" />
      <span className="sd-live-word">{state === 'live' ? words.frame.live : words.frame.reconnecting}</span>
    </span>
  )
}

function Waiting() {
  const words = useWords()
  const { data, reload } = useAsk(Counts, {})
  useIncidentChanges(() => {
    clearTimeout(timer.id)
    timer.id = setTimeout(reload, 2000)
  })
  useEffect(() => () => clearTimeout(timer.id), [])
  const n = data?.incidentCounts.new ?? 0
  if (n === 0) return null
  return (
    <span className="sd-menu-count">
      <span aria-hidden="true">{count(n)}</span>
      <span className="sd-hidden">{words.menu.waiting(count(n))}</span>
    </span>
  )
}
const timer: { id: ReturnType<typeof setTimeout> | undefined } = { id: undefined }
