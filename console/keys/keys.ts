import { useEffect, useRef } from 'react'
import { settings } from '../session/settings.ts'

/** One shortcut of the page on top: keys as typed (`j`, `Enter`, `g i`, `a a`), what it does in words, the act. */
export interface Shortcut {
  readonly keys: string
  readonly label: string
  readonly act: () => void
  readonly enabled?: boolean
}

interface Layer {
  readonly shortcuts: () => readonly Shortcut[]
  readonly scope: 'page' | 'everywhere'
}

const layers: Layer[] = []
let pending: { readonly key: string; readonly lone: Shortcut | undefined } | undefined
let timer: ReturnType<typeof setTimeout> | undefined

/** How long the second key of a pair is awaited. */
const PAIR_MS = 900

/** Registers shortcuts while the calling part is shown; later parts win over earlier ones. */
export function useKeys(shortcuts: readonly Shortcut[], scope: 'page' | 'everywhere' = 'page'): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    const layer: Layer = { shortcuts: () => latest.current, scope }
    layers.push(layer)
    return () => {
      layers.splice(layers.indexOf(layer), 1)
    }
  }, [scope])
}

/** What can be pressed now, for the help. */
export function activeShortcuts(): { readonly page: readonly Shortcut[]; readonly everywhere: readonly Shortcut[] } {
  const of = (scope: 'page' | 'everywhere') =>
    layers
      .filter((l) => l.scope === scope)
      .flatMap((l) => l.shortcuts())
      .filter((s) => s.enabled !== false && s.label !== '')
  return { page: of('page'), everywhere: of('everywhere') }
}

function find(keys: string): Shortcut | undefined {
  for (let i = layers.length - 1; i >= 0; i--) {
    const hit = layers[i]!.shortcuts().find((s) => s.keys === keys && s.enabled !== false)
    if (hit !== undefined) return hit
  }
  return undefined
}

function startsPair(key: string): boolean {
  return layers.some((l) => l.shortcuts().some((s) => s.enabled !== false && s.keys.startsWith(`${key} `)))
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** Whether Enter, Space or an arrow belongs to what has the focus rather than to the page. */
function claimed(event: KeyboardEvent): boolean {
  const target = event.target
  if (!(target instanceof HTMLElement)) return false
  if (target.closest('[role="menu"],[role="dialog"],[role="listbox"],[role="slider"],[role="tablist"]') !== null) {
    return event.key !== 'Escape' || target.closest('[role="menu"],[role="dialog"]') !== null
  }
  return (
    (event.key === 'Enter' || event.key === ' ') &&
    target.closest('a,button,summary,input,[role="button"],[role="tab"]') !== null
  )
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || event.keyCode === 229) return
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (typing(event.target)) {
    if (event.key === 'Escape' && event.target instanceof HTMLElement) event.target.blur()
    return
  }
  if (claimed(event)) return
  const single = event.key.length === 1
  if (single && event.key !== ' ' && !settings().singleKeys) return
  clearTimeout(timer)

  if (pending !== undefined) {
    const pair = find(`${pending.key} ${event.key}`)
    const { lone } = pending
    pending = undefined
    if (pair !== undefined) {
      event.preventDefault()
      pair.act()
      return
    }
    lone?.act()
  }
  const hit = find(event.key)
  if (single && startsPair(event.key)) {
    event.preventDefault()
    pending = { key: event.key, lone: hit }
    timer = setTimeout(
      () => {
        pending = undefined
        hit?.act()
      },
      PAIR_MS / (hit === undefined ? 1 : 2),
    )
    return
  }
  if (hit !== undefined) {
    event.preventDefault()
    hit.act()
  }
}

/** Starts listening; once, at start. */
export function listenToKeys(): void {
  document.addEventListener('keydown', onKey)
}
