import './theme/tokens.css'
import './theme/mantine.css'
import './theme/base.css'
import './theme/parts.css'
import './theme/frame.css'
import './theme/pages.css'
import './theme/rules.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Provider } from 'urql'
import { createGraphClient } from './graphql/client.ts'
import { listenToKeys } from './keys/keys.ts'
import { router } from './router.tsx'
import { live } from './session/live.ts'
import { applySettings } from './session/settings.ts'
import { resolveVariables, theme } from './theme/theme.ts'

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

applySettings()
listenToKeys()

const client = createGraphClient({
  onSignedOut: () => {
    const here = router.state.location
    if (here.pathname === '/sign-in' || here.pathname.startsWith('/set-up/')) return
    void router.navigate({ to: '/sign-in', search: { to: here.href }, replace: true })
  },
  onLive: (state) => live.set({ state, asOf: state === 'live' ? Date.now() : live.get().asOf }),
})

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolveVariables}
      defaultColorScheme="auto"
      colorSchemeManager={localStorageColorSchemeManager({ key: 'suidun.colours' })}
      getStyleNonce={() => nonce}
    >
      <Provider value={client}>
        <RouterProvider router={router} />
      </Provider>
    </MantineProvider>
  </StrictMode>,
)

// Where no Chinese font is installed the page has been readable so far only if the system says so; fetch one now.
const later = 'requestIdleCallback' in window ? requestIdleCallback : (run: () => void) => setTimeout(run, 200)
later(() => void import('./theme/noto.ts'))
