import { createStore } from '../session/store.ts'

/** Whether the menu lies open on a narrow screen. */
export const menuOpen = createStore(false)
