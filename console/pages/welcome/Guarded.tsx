import { useLocation, useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import { useAsk } from '../../graphql/ask.ts'
import { setCsrf } from '../../graphql/csrf.ts'
import { useWords } from '../../messages/index.ts'
import { Failed, Loading, NoPermission } from '../../parts/States.tsx'
import { MeQuery } from '../../session/me.ts'
import { Welcome } from './Welcome.tsx'

/** A step of the first set-up: for the signed-in system administrator only. */
export function Guarded({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const words = useWords()
  const navigate = useNavigate()
  const href = useLocation({ select: (l) => l.href })
  const asked = useAsk(MeQuery, {})
  const me = asked.data?.me
  const signedOut = asked.data !== undefined && me === null && !asked.fetching
  useEffect(() => {
    if (signedOut && !href.startsWith('/sign-in'))
      void navigate({ to: '/sign-in', search: { to: href }, replace: true })
  }, [signedOut, navigate, href])
  if (me === undefined || me === null)
    return (
      <Welcome title={title}>
        <div className="sd-welcome-form">
          <h1>{words.setUp.title}</h1>
          {asked.failure === undefined ? (
            <Loading what={words.setUp.title} rows={0} />
          ) : (
            <Failed failure={asked.failure} onRetry={asked.reload} />
          )}
        </div>
      </Welcome>
    )
  setCsrf(me.csrf)
  return (
    <Welcome title={title}>
      {me.role === 'system_admin' ? (
        children
      ) : (
        <div className="sd-welcome-form">
          <h1>{words.setUp.title}</h1>
          <NoPermission text={words.state.noPermissionWhy(words.role[me.role])} />
        </div>
      )}
    </Welcome>
  )
}
