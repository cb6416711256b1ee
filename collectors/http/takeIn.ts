import type { IncomingMessage, ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { KeyScope } from '../../core/access.ts'
import { AppError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports.ts'
import type { Origin } from '../contract.ts'
import { bulkShape, type IntakePort, MAX_BODY } from '../intake/index.ts'
import { answerJson } from './answers.ts'
import type { MachineKey } from './keyCheck.ts'
import { announcedLength, readBody } from './readBody.ts'

/** Takes a scanner's report; what it resolves with is the answer. Refusals are AppErrors. */
export type TakeFindings = (key: MachineKey, body: Buffer, query: URLSearchParams) => Promise<object>

export interface TakeInOptions {
  readonly intake: IntakePort
  readonly findings: TakeFindings
  readonly clock: Clock
}

/** One request whose key has been found. */
export interface Authorised {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly key: MachineKey
  readonly query: URLSearchParams
  /** Tells a sender that waits with its body to go on. */
  readonly goOn: () => void
}

/** Under pressure an answer comes so late, milliseconds; Fluentd gives up after 5 s. */
const PATIENCE = 4_000
/** Reserved for a body whose length is not announced; it grows as it comes. */
const UNKNOWN_LENGTH = 64 << 10

const unzip = promisify(gunzip)

/** `POST /ingest`: newline-separated JSON. */
export async function takeLines(a: Authorised, options: TakeInOptions): Promise<void> {
  requireScope(a.key, 'ingest')
  const header = a.request.headers['idempotency-key']
  const idempotencyKey = typeof header === 'string' && header !== '' ? header : undefined
  const origin = originOf(a, 'http', options.clock)
  await withBody(a, options, async (body, deadline) => {
    const gzip = isGzip(a.request)
    const taken = await options.intake.submit({ kind: 'lines', body, gzip, origin, idempotencyKey }, deadline)
    answerJson(a.request, a.response, 200, `{"accepted":${taken.accepted}}`)
  })
}

/** `_bulk` of Elasticsearch; `index` is the one of the address. */
export async function takeBulk(a: Authorised, index: string | undefined, options: TakeInOptions): Promise<void> {
  requireScope(a.key, 'ingest')
  const shape = bulkShape(a.query.get('filter_path') ?? undefined, a.request.headers['user-agent'])
  const origin = originOf(a, 'bulk', options.clock)
  await withBody(a, options, async (body, deadline) => {
    const gzip = isGzip(a.request)
    const job = { kind: 'bulk', body, gzip, origin, index, shape, anywhere: false } as const
    const taken = await options.intake.submit(job, deadline)
    answerJson(a.request, a.response, 200, taken.answer!)
  })
}

/** `POST /findings`: a scanner's report. */
export async function takeFindings(a: Authorised, options: TakeInOptions): Promise<void> {
  requireScope(a.key, 'findings')
  await withBody(a, options, async (body) => {
    const bytes = Buffer.from(body.buffer)
    const plain = isGzip(a.request) ? await unpacked(bytes) : bytes
    const answer = await options.findings(a.key, plain, a.query)
    answerJson(a.request, a.response, 200, JSON.stringify(answer))
  })
}

/** Waits for room, reads the body, and does the work; gives the room back whatever happens. */
async function withBody(
  a: Authorised,
  options: TakeInOptions,
  work: (body: Uint8Array<ArrayBuffer>, deadline: number) => Promise<void>,
): Promise<void> {
  const length = announcedLength(a.request)
  if (length !== undefined && length > MAX_BODY) throw new AppError('COL-413', { limit: MAX_BODY })
  const arrived = options.clock()
  const room = await options.intake.reserve(length ?? UNKNOWN_LENGTH, PATIENCE, a.key.id)
  if (room === undefined) throw new AppError('COL-429')
  try {
    const waited = options.clock() - arrived
    a.goOn()
    const body = await readBody(a.request, room)
    if (body !== undefined) await work(body, options.clock() + PATIENCE - waited)
  } finally {
    room.release()
  }
}

function originOf(a: Authorised, kind: 'http' | 'bulk', clock: Clock): Origin {
  const { id, unitId, systemId } = a.key
  const address = (a.request.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  return { keyId: id, sourceId: `${kind}:${id}`, unitId, systemId, receivedAt: clock(), address }
}

function requireScope(key: MachineKey, scope: KeyScope): void {
  if (!key.scopes.includes(scope)) throw new AppError('COL-403', { scope })
}

function isGzip(request: IncomingMessage): boolean {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  if (encoding === 'gzip' || encoding === 'x-gzip') return true
  if (encoding === 'identity' || encoding === '') return false
  throw new AppError('COL-415', { problem: `encoding "${encoding.slice(0, 40)}" is not supported; send gzip or plain` })
}

async function unpacked(body: Buffer): Promise<Buffer> {
  try {
    return await unzip(body, { maxOutputLength: MAX_BODY })
  } catch (e) {
    const { code, message } = e as NodeJS.ErrnoException
    if (code === 'ERR_BUFFER_TOO_LARGE') throw new AppError('COL-413', { limit: MAX_BODY })
    throw new AppError('COL-415', { problem: `not gzip (${message})` })
  }
}
