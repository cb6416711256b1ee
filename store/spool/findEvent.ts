import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { EcsObject, StoredEvent } from '../../core/event.ts'
import { parseStored } from '../events/storedEvent.ts'
import { readSegment } from './readSegment.ts'
import { listSegments } from './segment.ts'

/** An event that still stands in a spool's folder, by its id; reads only, server running or not. */
export async function findInSpool(folder: string, id: string): Promise<StoredEvent | undefined> {
  if (!existsSync(folder)) return undefined
  const sought = `"id":${JSON.stringify(id)}`
  for (const name of readdirSync(folder)) {
    if (!name.startsWith('lane-') || !statSync(join(folder, name)).isDirectory()) continue
    const { sealed, open } = listSegments(join(folder, name), 0)
    for (const { path, firstSeq } of [...sealed, ...open]) {
      for await (const batch of readSegment(path, { firstSeq, bytes: statSync(path).size, after: 0 }))
        for (const { line } of batch) {
          if (!line.includes(sought)) continue
          const event = parseStored(line)
          if ((event.ecs.event as EcsObject | undefined)?.id === id) return event
        }
    }
  }
  return undefined
}
