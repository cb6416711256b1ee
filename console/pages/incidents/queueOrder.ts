import { createStore } from '../../session/store.ts'

/** The numbers of the queue as it was shown last, so that an incident knows the next and the previous one. */
export const queueOrder = createStore<readonly string[]>([])
