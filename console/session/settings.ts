import { useSyncExternalStore } from 'react'

/** What a reader chose for this browser. */
export interface Settings {
  readonly language: 'zh' | 'en'
  readonly density: 'compact' | 'comfortable'
  readonly zone: 'browser' | 'Asia/Shanghai' | 'UTC'
  /** Whether single keys act (WCAG 2.1.4). */
  readonly singleKeys: boolean
}

const KEY = 'suidun.settings'
let chosenHere = false
const listeners = new Set<() => void>()

function load(): Settings {
  const fallback: Settings = {
    language: navigator.language.startsWith('zh') ? 'zh' : 'en',
    density: matchMedia('(pointer: coarse)').matches ? 'comfortable' : 'compact',
    zone: 'browser',
    singleKeys: true,
  }
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Settings>
    chosenHere = stored.language !== undefined
    return {
      language: stored.language === 'zh' || stored.language === 'en' ? stored.language : fallback.language,
      density: stored.density === 'comfortable' || stored.density === 'compact' ? stored.density : fallback.density,
      zone: stored.zone === 'Asia/Shanghai' || stored.zone === 'UTC' ? stored.zone : fallback.zone,
      singleKeys: typeof stored.singleKeys === 'boolean' ? stored.singleKeys : fallback.singleKeys,
    }
  } catch {
    return fallback
  }
}

let current: Settings = load()

/** The settings now. */
export function settings(): Settings {
  return current
}

/** Whether the language was chosen in this browser rather than guessed. */
export function languageChosenHere(): boolean {
  return chosenHere
}

/** Changes settings, keeps them in this browser and shows them at once. */
export function changeSettings(change: Partial<Settings>): void {
  current = { ...current, ...change }
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is closed.
  }
  applySettings()
  for (const listener of listeners) listener()
}

/** Puts language and density onto the document. */
export function applySettings(): void {
  document.documentElement.lang = current.language === 'zh' ? 'zh-CN' : 'en'
  document.documentElement.dataset.density = current.density
}

/** The settings, followed. */
export function useSettings(): Settings {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => current,
  )
}
