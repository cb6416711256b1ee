import { useEffect, useRef } from 'react'
import type { LiveState } from '../graphql/client.ts'
import { graphql, type ResultOf } from '../graphql/graphql.ts'
import { createStore } from './store.ts'

export const IncidentChanged = graphql(`
  subscription IncidentChanged {
    incidentChanged {
      kind
      incident {
        id version number title titleZh severity status entity signalCount createdAt updatedAt
        system { id name level }
        assignee { id displayName }
      }
    }
  }
`)

export type IncidentChange = ResultOf<typeof IncidentChanged>['incidentChanged']

/** Whether news arrives, and when the last word from the server came. */
export const live = createStore<{ readonly state: LiveState; readonly asOf: number }>({
  state: 'connecting',
  asOf: Date.now(),
})

const listeners = new Set<(change: IncidentChange) => void>()

/** Hands one change to every part that follows. */
export function publish(change: IncidentChange): void {
  live.set({ state: 'live', asOf: Date.now() })
  for (const listener of listeners) listener(change)
}

/** Calls back with every change of an incident in the reader's scope while the part is shown. */
export function useIncidentChanges(onChange: (change: IncidentChange) => void): void {
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    const listener = (change: IncidentChange) => latest.current(change)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [])
}
