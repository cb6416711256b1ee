import type { CreateParts } from '../../app/lane/messages.ts'
import { createParts as matchAll } from './matchAllParts.ts'

/** Parts under which the lane's thread dies of a line that says so, before anything of its job is stored. */
export const createParts: CreateParts = (settings, lane) => {
  const { normalise, detector } = matchAll(settings, lane)
  return {
    normalise(line, framing, origin) {
      if (line.includes('"boom"')) process.exit(3)
      return normalise(line, framing, origin)
    },
    detector,
  }
}
