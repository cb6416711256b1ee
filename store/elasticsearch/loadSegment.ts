import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Client, errors } from '@elastic/elasticsearch'
import { AppError } from '../../core/errors.ts'
import type { Clock, LoadResult, Segment } from '../../core/ports.ts'
import { screenLines } from '../events/screenLines.ts'
import { parseStored } from '../events/storedEvent.ts'
import { eventDocument } from './eventDocument.ts'
import { eventsIndex } from './mapping.ts'

/** Bytes of one bulk request, about. */
const REQUEST = 5 << 20
/** How often what the server put off is sent again, at growing intervals. */
const ATTEMPTS = 6

interface Ledger {
  readonly loaded: number
  readonly rejected: string
}

/**
 * Loads a segment into the index of the day it was sealed on, which a retry cannot change; `create` by event id makes a
 * retry harmless, the ledger makes it cheap. Returns what could not be stored with its reason.
 */
export async function loadSegment(
  client: Client,
  segment: Segment,
  { prefix, clock }: { readonly prefix: string; readonly clock: Clock },
): Promise<LoadResult> {
  const ledger = `${prefix}-ledger`
  const before = await client.get<Ledger>({ index: ledger, id: segment.id }, { ignore: [404] })
  if (before.found && before._source !== undefined) {
    const { loaded, rejected } = before._source
    return { loaded, rejected: JSON.parse(rejected) as LoadResult['rejected'], alreadyLoaded: true }
  }
  const day = new Date(segment.sealedAt).toISOString().slice(0, 10)
  const index = `${prefix}-events-${day}`
  const screened = screenLines((await readFile(segment.path, 'utf8')).split('\n'))
  if (screened.good.size > 0) await makeIndex(client, prefix, index)
  const rejected = [...screened.rejected]
  let loaded = 0
  let batch: [string, string][] = []
  let bytes = 0
  const send = async () => {
    const refused = await sendAll(client, index, batch)
    loaded += batch.length - refused.length
    rejected.push(...refused)
    batch = []
    bytes = 0
  }
  for (const [id, line] of screened.good) {
    batch.push([id, line])
    bytes += 2 * line.length
    if (bytes > REQUEST) await send()
  }
  await send()
  await client.index({
    index: ledger,
    id: segment.id,
    document: { loaded, rejected: JSON.stringify(rejected), lane: segment.lane, index, at: clock() },
  })
  return { loaded, rejected, alreadyLoaded: false }
}

/** Makes an index of events, unless it is there. */
async function makeIndex(client: Client, prefix: string, index: string): Promise<void> {
  if (await client.indices.exists({ index })) return
  try {
    await client.indices.create({ index, ...eventsIndex(), aliases: { [`${prefix}-events`]: {} } })
  } catch (error) {
    const type = error instanceof errors.ResponseError ? error.body?.error?.type : undefined
    if (type !== 'resource_already_exists_exception') throw error
  }
}

/** Sends lines until each is stored or refused for good; returns the refused ones. */
async function sendAll(
  client: Client,
  index: string,
  lines: readonly (readonly [string, string])[],
): Promise<{ line: string; reason: string }[]> {
  const refused: { line: string; reason: string }[] = []
  let left = lines
  for (let attempt = 1; left.length > 0; attempt++) {
    const operations = left.flatMap(([_id, line]) => [{ create: { _id } }, eventDocument(parseStored(line))])
    const { items } = await client.bulk({ index, operations })
    const again: (readonly [string, string])[] = []
    items.forEach(({ create }, i) => {
      const { status, error } = create!
      // 409: it stands already, from an earlier attempt.
      if (status < 300 || status === 409) return
      if (status === 429 || status >= 500) again.push(left[i]!)
      else refused.push({ line: left[i]![1], reason: error?.reason ?? `status ${status}` })
    })
    if (again.length > 0 && attempt >= ATTEMPTS)
      throw new AppError('STO-500', {
        problem: `Elasticsearch puts off ${again.length} events; tried ${attempt} times`,
      })
    if (again.length > 0) await sleep(200 * 2 ** attempt)
    left = again
  }
  return refused
}
