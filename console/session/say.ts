import { createStore } from './store.ts'

/** What stands in the foot strip as the result of the last act. */
export const said = createStore<string>('')
/** What the polite live region reads out; seldom, and only from high severity on. */
export const announced = createStore<string>('')
/** What must be heard at once: a lost connection, a failed save. */
export const alarmed = createStore<string>('')

let clear: ReturnType<typeof setTimeout> | undefined
let lastAnnouncement = 0

/** Says the result of an act in the foot strip, for ten seconds. */
export function say(text: string): void {
  said.set(text)
  clearTimeout(clear)
  clear = setTimeout(() => said.set(''), 10_000)
}

/** Reads out news politely, at most every thirty seconds. */
export function announce(text: string, now = Date.now()): void {
  if (now - lastAnnouncement < 30_000) return
  lastAnnouncement = now
  announced.set(text)
}

/** Reads out at once. */
export function alarm(text: string): void {
  alarmed.set('')
  setTimeout(() => alarmed.set(text), 50)
}
