import { existsSync, writeFileSync } from 'node:fs'
import type { CreateCorrelation } from '../../app/correlation/messages.ts'
import { createHourly } from './hourlyCorrelator.ts'

/**
 * The hourly correlator, but one that fails at a hit of the user "boom", and whose thread dies of a hit of a user that is a
 * path, once: when there is no such file yet.
 */
export const createCorrelation: CreateCorrelation = ({ from }) => {
  const correlator = createHourly(from)
  return {
    ...correlator,
    get counts() {
      return correlator.counts
    },
    feed(hit) {
      const user = hit.fields['user.name']!
      if (user.startsWith('/') && !existsSync(user)) {
        writeFileSync(user, '')
        process.exit(3)
      }
      if (user === 'boom') throw new Error('boom')
      correlator.feed(hit)
    },
  }
}
