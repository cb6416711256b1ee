import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { EVERYTHING } from '../../core/access.ts'
import type { Config } from '../../core/config.ts'
import { AppError } from '../../core/errors.ts'
import type { StoredEvent } from '../../core/event.ts'
import { viewOfJson, viewOfStored } from '../../core/view.ts'
import { findInSpool } from '../../store/index.ts'
import type { Shell } from '../command.ts'
import { openEventStore } from '../events.ts'
import { type Home, openHome } from '../home.ts'
import { readRunFile } from '../runFile.ts'
import { askServer } from './askServer.ts'
import type { EventToExplain } from './readEvent.ts'

interface Place {
  readonly config: Config
  readonly shell: Shell
}

/**
 * A stored event by its id. A running server owns the embedded store: it is asked with a key of scope `read`, and the
 * event is seen as that key may. Without one (and on Elasticsearch) the store is opened, and the spool looked through.
 */
export async function storedEvent(id: string, key: string | undefined, place: Place): Promise<EventToExplain> {
  const { config, shell } = place
  const data = resolve(shell.cwd, config.data)
  if (!existsSync(data)) throw new AppError('CFG-002', { path: data })
  const home = openHome(config, shell.cwd)
  const run = readRunFile(home.data)
  if (run !== undefined && (key !== undefined || config.store.events !== 'elasticsearch')) {
    if (key === undefined)
      throw new AppError('CFG-005', {
        problem:
          'a server runs on this data folder and has its event store open: give a key of scope read with --key or in SUIDUN_KEY',
      })
    return await fromServer(id, key, run, config)
  }
  const event = (await fromStore(id, home, place)) ?? (await findInSpool(home.spool, id))
  if (event === undefined) throw new AppError('DOC-404', { kind: 'event', id })
  const view = viewOfStored(event)
  const original = view.get('event.original')
  return { view, original: typeof original === 'string' ? original : undefined, hidden: [] }
}

const QUERY = 'query($id: ID!) { event(id: $id) { original ecs hidden } }'

async function fromServer(
  id: string,
  key: string,
  run: Parameters<typeof askServer>[0],
  config: Config,
): Promise<EventToExplain> {
  const { event } = await askServer<{
    event: { original: string | null; ecs: object; hidden: readonly string[] } | null
  }>(run, config, { key, query: QUERY, variables: { id } })
  if (event === null) throw new AppError('DOC-404', { kind: 'event', id })
  return { view: viewOfJson(event.ecs), original: event.original ?? undefined, hidden: event.hidden }
}

async function fromStore(id: string, home: Home, { config, shell }: Place): Promise<StoredEvent | undefined> {
  const store = await openEventStore(config, home, { clock: shell.clock, tell: () => {} })
  try {
    return (await store.get(EVERYTHING, [id]))[0]?.event
  } finally {
    await store.close()
  }
}
