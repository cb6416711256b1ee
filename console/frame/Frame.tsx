import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useClient } from 'urql'
import { SEVERITIES } from '../glyphs/Severity.tsx'
import { useAsk } from '../graphql/ask.ts'
import { setCsrf } from '../graphql/csrf.ts'
import { useBoth, useWords } from '../messages/index.ts'
import { Failed, Loading } from '../parts/States.tsx'
import { IncidentChanged, live, publish, useIncidentChanges } from '../session/live.ts'
import { type Me, MeContext, MeQuery } from '../session/me.ts'
import { alarmed, announce, announced } from '../session/say.ts'
import { changeSettings, languageChosenHere } from '../session/settings.ts'
import { useStore } from '../session/store.ts'
import { HelpDialog } from './HelpDialog.tsx'
import { Menu } from './Menu.tsx'
import { menuOpen } from './menuOpen.ts'
import { useGlobalKeys } from './useGlobalKeys.ts'

/** The frame around every page of a signed-in person: menu, unit, live state, skip link, live regions. */
export function Frame() {
  const words = useWords()
  const { data, failure, reload, fetching } = useAsk(MeQuery, {})
  const location = useLocation()
  const navigate = useNavigate()
  const me = data?.me
  const signedOut = data !== undefined && me === null && !fetching

  useEffect(() => {
    // While the sign-in page is being fetched this frame still stands, at its address already.
    if (signedOut && location.pathname !== '/sign-in')
      void navigate({ to: '/sign-in', search: { to: location.href }, replace: true })
  }, [signedOut, navigate, location.href, location.pathname])
  useEffect(() => {
    // A choice made in this browser outranks the account's.
    if (me?.language != null && !languageChosenHere()) changeSettings({ language: me.language })
  }, [me?.language])

  if (failure !== undefined && data === undefined)
    return (
      <main className="sd-alone">
        <h1 className="sd-hidden">{words.brand}</h1>
        <Failed failure={failure} onRetry={reload} />
      </main>
    )
  if (me === undefined || me === null)
    return (
      <main className="sd-alone">
        <h1 className="sd-hidden">{words.brand}</h1>
        <Loading what={words.common.brand} rows={0} />
      </main>
    )
  setCsrf(me.csrf)
  return (
    <MeContext.Provider value={me}>
      <Inside me={me} />
    </MeContext.Provider>
  )
}

function Inside({ me }: { readonly me: Me }) {
  const words = useWords()
  const [help, setHelp] = useState(false)
  const polite = useStore(announced)
  const assertive = useStore(alarmed)
  const open = useStore(menuOpen)
  const pathname = useLocation({ select: (l) => l.pathname })
  useLiveStream(me)
  useGlobalKeys(me, () => setHelp(true))
  useEffect(() => menuOpen.set(false), [pathname])
  return (
    <div className="sd-frame" data-menu={open || undefined} data-rail={pathname.endsWith('/checklist') || undefined}>
      <a className="sd-skip" href="#main">
        {words.frame.skip}
      </a>
      <Menu me={me} />
      <Outlet />
      <div className="sd-hidden" aria-live="polite">
        {polite}
      </div>
      <div className="sd-hidden" aria-live="assertive">
        {assertive}
      </div>
      {help && <HelpDialog onClose={() => setHelp(false)} />}
    </div>
  )
}

/** One live stream for the whole page, started again after a refusal; lost and restored are said. */
function useLiveStream(me: Me): void {
  const client = useClient()
  const words = useWords()
  const both = useBoth()
  const follows = me.pages.includes('incidents')
  useEffect(() => {
    if (!follows) return
    let stopped = false
    let timer: ReturnType<typeof setTimeout> | undefined
    let unsubscribe: (() => void) | undefined
    const start = () => {
      unsubscribe = client.subscription(IncidentChanged, {}).subscribe((result) => {
        const change = result.data?.incidentChanged
        if (change !== undefined) publish(change)
        if (result.error !== undefined && !stopped) {
          unsubscribe?.()
          timer = setTimeout(start, 10_000)
        }
      }).unsubscribe
    }
    start()
    return () => {
      stopped = true
      clearTimeout(timer)
      unsubscribe?.()
    }
  }, [client, follows])

  const { state } = useStore(live)
  const lost = state === 'lost'
  useEffect(() => {
    if (!lost) return
    alarmed.set(words.frame.reconnecting)
    return () => alarmed.set(words.frame.restored)
  }, [lost, words])

  useIncidentChanges(({ kind, incident }) => {
    // Only what is high or worse is read out, and seldom.
    if (kind !== 'opened' || SEVERITIES.indexOf(incident.severity) > 1) return
    announce(`${words.severity[incident.severity]} ${both(incident.titleZh, incident.title)}`)
  })
}
