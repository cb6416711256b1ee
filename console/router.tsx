import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Navigate,
  Outlet,
} from '@tanstack/react-router'
import type { Address } from './address/address.ts'
import { Allowed } from './frame/Allowed.tsx'
import { Frame } from './frame/Frame.tsx'
import { lastChecklist } from './frame/menuGroups.ts'
import { Page } from './frame/Page.tsx'
import { useWords } from './messages/index.ts'
import { IncidentPage } from './pages/incidents/IncidentPage.tsx'
import { QueuePage } from './pages/incidents/QueuePage.tsx'
import { Button } from './parts/basic.tsx'
import { Go } from './parts/Go.tsx'
import { Empty } from './parts/States.tsx'
import { startPage, useMe } from './session/me.ts'

const address = { validateSearch: (raw: Record<string, unknown>) => raw as Address }

const root = createRootRoute({ component: Outlet, notFoundComponent: Lost })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./pages/welcome/SignInPage.tsx'), 'SignInPage'),
  ...address,
})

const setUp = createRoute({
  getParentRoute: () => root,
  path: '/set-up/$token',
  component: lazyRouteComponent(() => import('./pages/welcome/SetUpPage.tsx'), 'SetUpPage'),
  ...address,
})

const setUpCity = createRoute({
  getParentRoute: () => root,
  path: '/set-up/city',
  component: lazyRouteComponent(() => import('./pages/welcome/CityPage.tsx'), 'CityPage'),
  ...address,
})

const setUpSource = createRoute({
  getParentRoute: () => root,
  path: '/set-up/source',
  component: lazyRouteComponent(() => import('./pages/welcome/SourcePage.tsx'), 'SourcePage'),
  ...address,
})

/** Everything inside the frame wants a signed-in person. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Frame,
  notFoundComponent: Lost,
  errorComponent: Broken,
})

const home = createRoute({ getParentRoute: () => app, path: '/', component: Home })

const incidents = createRoute({
  getParentRoute: () => app,
  path: '/incidents',
  component: () => (
    <Allowed page="incidents">
      <QueuePage />
    </Allowed>
  ),
  ...address,
})

const incident = createRoute({
  getParentRoute: () => app,
  path: '/incidents/$number',
  component: () => (
    <Allowed page="incidents">
      <IncidentPage />
    </Allowed>
  ),
  ...address,
})

const events = createRoute({
  getParentRoute: () => app,
  path: '/events',
  component: lazyRouteComponent(() => import('./pages/events/EventsPage.tsx'), 'AllowedEventsPage'),
  ...address,
})

const findings = createRoute({
  getParentRoute: () => app,
  path: '/findings',
  component: lazyRouteComponent(() => import('./pages/findings/FindingsPage.tsx'), 'AllowedFindingsPage'),
  ...address,
})

const rules = createRoute({
  getParentRoute: () => app,
  path: '/rules',
  component: lazyRouteComponent(() => import('./pages/rules/RulesPage.tsx'), 'AllowedRulesPage'),
  ...address,
})

const rule = createRoute({
  getParentRoute: () => app,
  path: '/rules/$id',
  component: lazyRouteComponent(() => import('./pages/rules/RulePage.tsx'), 'AllowedRulePage'),
  ...address,
})

const collectors = createRoute({
  getParentRoute: () => app,
  path: '/collectors',
  component: lazyRouteComponent(() => import('./pages/collectors/CollectorsPage.tsx'), 'AllowedCollectorsPage'),
  ...address,
})

const systems = createRoute({
  getParentRoute: () => app,
  path: '/systems',
  component: lazyRouteComponent(() => import('./pages/protection/SystemsPage.tsx'), 'AllowedSystemsPage'),
  ...address,
})

const checklist = createRoute({
  getParentRoute: () => app,
  path: '/systems/$id/checklist',
  component: lazyRouteComponent(() => import('./pages/protection/ChecklistPage.tsx'), 'AllowedChecklistPage'),
  ...address,
})

const anyChecklist = createRoute({ getParentRoute: () => app, path: '/checklist', component: LastChecklist })

const audit = createRoute({
  getParentRoute: () => app,
  path: '/audit',
  component: lazyRouteComponent(() => import('./pages/administration/AuditPage.tsx'), 'AllowedAuditPage'),
  ...address,
})

const accounts = createRoute({
  getParentRoute: () => app,
  path: '/admin/accounts',
  component: lazyRouteComponent(() => import('./pages/administration/AccountsPage.tsx'), 'AllowedAccountsPage'),
  ...address,
})

const keys = createRoute({
  getParentRoute: () => app,
  path: '/admin/keys',
  component: lazyRouteComponent(() => import('./pages/administration/KeysPage.tsx'), 'AllowedKeysPage'),
  ...address,
})

const me = createRoute({
  getParentRoute: () => app,
  path: '/me',
  component: lazyRouteComponent(() => import('./pages/administration/MePage.tsx'), 'MePage'),
  ...address,
})

/** The role's own page. */
function Home() {
  return <Navigate to={startPage(useMe())} replace />
}

/** The checklist opened last, or a word on how to open one. */
function LastChecklist() {
  const words = useWords()
  const last = lastChecklist.get()
  if (last !== undefined) return <Navigate to="/systems/$id/checklist" params={{ id: last }} replace />
  return (
    <Page title={words.checklist.title}>
      <Empty action={<Go to="/systems">{words.checklist.choose}</Go>}>{words.checklist.noneOpened}</Empty>
    </Page>
  )
}

/** An address that leads nowhere, or to something one may not know of: both read alike. */
function Lost() {
  const words = useWords()
  return (
    <main className="sd-alone" id="main">
      <Empty action={<Go to="/">{words.state.home}</Go>}>
        <h1>{words.state.notFound}</h1>
        {words.state.notFoundNext}
      </Empty>
    </main>
  )
}

/** A page that failed to show itself; the frame around it stands. */
function Broken() {
  const words = useWords()
  return (
    <main className="sd-alone" id="main">
      <Empty action={<Button onClick={() => location.reload()}>{words.state.retry}</Button>}>
        <h1>{words.state.broken}</h1>
        {words.state.brokenNext}
      </Empty>
    </main>
  )
}

export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    setUpCity,
    setUpSource,
    setUp,
    app.addChildren([
      home,
      incidents,
      incident,
      events,
      findings,
      rules,
      rule,
      collectors,
      systems,
      checklist,
      anyChecklist,
      audit,
      accounts,
      keys,
      me,
    ]),
  ]),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const pairs = Object.entries(search).filter(([, v]) => v !== undefined && v !== '') as [string, string][]
    const text = new URLSearchParams(pairs).toString()
    return text === '' ? '' : `?${text}`
  },
  defaultPreload: false,
  defaultErrorComponent: Broken,
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
