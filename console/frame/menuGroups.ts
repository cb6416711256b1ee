import type { IconName } from '../glyphs/Icon.tsx'
import type { Words } from '../messages/index.ts'
import { type Me, PAGE_PATHS } from '../session/me.ts'
import { createStore } from '../session/store.ts'

export interface MenuItem {
  readonly id: keyof Words['menu'] & IconName
  readonly path: string
}

export interface MenuGroup {
  readonly id: 'monitoring' | 'warning' | 'protection' | 'administration'
  readonly items: readonly MenuItem[]
}

const KEY = 'suidun.checklist'

/** The checklist opened last, which the menu leads to. */
export const lastChecklist = createStore<string | undefined>(localStorage.getItem(KEY) ?? undefined)

/** Remembers a checklist as the one opened last. */
export function rememberChecklist(systemId: string): void {
  localStorage.setItem(KEY, systemId)
  lastChecklist.set(systemId)
}

/** The menu of one person: only pages that his policy allows, in the groups of the city's functions. */
export function menuGroups(me: Pick<Me, 'pages'>, checklist: string | undefined): readonly MenuGroup[] {
  const groups: readonly { readonly id: MenuGroup['id']; readonly pages: readonly MenuItem['id'][] }[] = [
    { id: 'monitoring', pages: ['incidents', 'events', 'collectors'] },
    { id: 'warning', pages: ['rules', 'findings'] },
    { id: 'protection', pages: ['systems', 'checklist'] },
    { id: 'administration', pages: ['accounts', 'keys', 'audit'] },
  ]
  return groups
    .map((g) => ({
      id: g.id,
      items: g.pages
        .filter((p) => me.pages.includes(p === 'checklist' ? 'systems' : p))
        .map((id) => ({
          id,
          path:
            id === 'checklist'
              ? checklist === undefined
                ? '/checklist'
                : `/systems/${checklist}/checklist`
              : PAGE_PATHS[id]!,
        })),
    }))
    .filter((g) => g.items.length > 0)
}
