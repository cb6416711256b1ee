import type { ReactNode } from 'react'
import { useWords, type Words } from '../messages/index.ts'
import { NoPermission } from '../parts/States.tsx'
import { useMe } from '../session/me.ts'
import { Page } from './Page.tsx'

/** A page that the reader's policy names; otherwise a plain word on why not and whom to ask. */
export function Allowed({ page, children }: { readonly page: string; readonly children: ReactNode }) {
  const me = useMe()
  const words = useWords()
  if (me.pages.includes(page)) return children
  return (
    <Page title={words.menu[page as keyof Words['menu']] as string}>
      <NoPermission text={words.state.noPermission} />
      <p className="sd-read">{words.state.noPermissionWhy(words.role[me.role])}</p>
    </Page>
  )
}
