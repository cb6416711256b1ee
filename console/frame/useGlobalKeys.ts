import { useNavigate } from '@tanstack/react-router'
import { type Shortcut, useKeys } from '../keys/keys.ts'
import { useWords } from '../messages/index.ts'
import type { Me } from '../session/me.ts'
import { useStore } from '../session/store.ts'
import { lastChecklist, type MenuItem, menuGroups } from './menuGroups.ts'
import { menuOpen } from './menuOpen.ts'

const LETTERS: Readonly<Partial<Record<MenuItem['id'], string>>> = {
  incidents: 'i',
  events: 'e',
  collectors: 'c',
  rules: 'r',
  systems: 's',
  audit: 'a',
}

/** Keys that act on every page: help, and `g` with a letter to go somewhere. */
export function useGlobalKeys(me: Me, openHelp: () => void): void {
  const words = useWords()
  const navigate = useNavigate()
  const checklist = useStore(lastChecklist)
  const open = useStore(menuOpen)
  const pages: readonly Shortcut[] = menuGroups(me, checklist)
    .flatMap((g) => g.items)
    .filter((i) => LETTERS[i.id] !== undefined)
    .map((i) => ({
      keys: `g ${LETTERS[i.id]}`,
      label: words.keysHelp.goTo(words.menu[i.id] as string),
      act: () => void navigate({ to: i.path }),
    }))
  useKeys(
    [
      { keys: '?', label: words.keysHelp.show, act: openHelp },
      { keys: 'Escape', label: '', act: () => menuOpen.set(false), enabled: open },
      ...pages,
    ],
    'everywhere',
  )
}
