import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { GUESSED, GUESSING, SPRAYING, signIn, writeCorrelations } from '../support/correlations.ts'
import { createKey, type Json, post, read } from '../support/machine.ts'
import { removeFolder, startServer, type TestServer, tempFolder, until } from '../support/server.ts'

const KILLS = Number(process.env.SUIDUN_KILLS ?? 3)
const SENDERS = 4
const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** So many batches a sender sends between two kills, and so long it waits between two of them, milliseconds. */
const BATCHES = 25
const PAUSE = 40

const folder = tempFolder('correlation-killed')
const rules = writeCorrelations(join(folder, 'rules'))
const servers = new Set<TestServer>()
afterAll(async () => {
  await Promise.all([...servers].map((s) => s.stop('SIGKILL')))
  removeFolder(folder)
})

const wait = (ms: number) => new Promise((done) => setTimeout(done, ms))

interface Line {
  readonly text: string
  readonly id: string
}

/** What must fire: rule, group, and the ids (messages) of its events. */
type Expected = readonly string[]

/**
 * A script of `phases`: bursts of sign-ins that are just enough for a correlation to fire, or one too few, each of events
 * minutes apart that several senders send, far from the group's next burst: whatever the order in which they come, the
 * same must fire. One sign-in lost, and a correlation does not fire; one counted twice, and another does.
 */
function script(
  phases: number,
  t0: number,
): { readonly batches: readonly (readonly Line[])[][]; readonly expected: Expected } {
  const batches: Line[][][] = Array.from({ length: SENDERS }, () =>
    Array.from({ length: BATCHES * phases }, (): Line[] => []),
  )
  const expected: string[] = []
  let n = 0
  const say = (at: number, phase: number, user: string, ip: string, outcome: 'failure' | 'success') => {
    const text = signIn(user, ip, outcome, at)
    // Somewhere around the end of the phase, so that a window is open while the server is killed.
    const batch = Math.min(BATCHES * phases - 1, Math.floor((phase + 0.5 + Math.random()) * BATCHES))
    batches[n++ % SENDERS]![batch]!.push({ text, id: (JSON.parse(text) as { message: string }).message })
    return `${user} from ${ip}: ${outcome}`
  }
  for (let phase = 0; phase < phases; phase++) {
    const at = t0 + phase * HOUR
    for (let i = 0; i < 6; i++) {
      const enough = i % 2 === 0
      const guessed = Array.from({ length: enough ? 5 : 4 }, (_, k) =>
        say(at + k * MINUTE, phase, `guess-${i}`, `10.${phase}.${i}.${k}`, 'failure'),
      )
      if (enough) expected.push(JSON.stringify([GUESSING, `user.name:guess-${i}`, guessed]))
      const sprayed = Array.from({ length: enough ? 4 : 3 }, (_, k) =>
        say(at + k * MINUTE, phase, `spray-${phase}-${i}-${k}`, `192.0.2.${i}`, 'failure'),
      )
      if (enough) expected.push(JSON.stringify([SPRAYING, `source.ip:192.0.2.${i}`, sprayed]))
      const [first, second] = enough ? (['failure', 'success'] as const) : (['success', 'failure'] as const)
      const both = [
        say(at, phase, `ordered-${i}`, `198.51.${phase}.${i}`, first),
        say(at + 2 * MINUTE, phase, `ordered-${i}`, `198.51.${phase}.${i}`, second),
      ]
      if (enough) expected.push(JSON.stringify([GUESSED, `user.name:ordered-${i}`, both]))
    }
  }
  return { batches, expected: expected.sort() }
}

/** Sends the script to a server that is killed so often on the way; what fired, and how many signals there are. */
async function run(name: string, kills: number, plan: ReturnType<typeof script>): Promise<readonly string[]> {
  const data = join(folder, name)
  const key = await createKey(data, '--scopes', 'ingest')
  const readKey = await createKey(data, '--scopes', 'read')
  const env = { SUIDUN_RULES: rules, SUIDUN_CORRELATION_HOLD: '1', SUIDUN_CORRELATION_LATE: '86400' }
  const start = async (spawned: (child: ChildProcess) => void = () => undefined) => {
    const s = await startServer({ data, env, spawned })
    servers.add(s)
    return s
  }
  let server = await start()

  async function sender(number: number): Promise<void> {
    for (const [i, lines] of plan.batches[number]!.entries()) {
      if (lines.length > 0) {
        const body = lines.map((l) => `${l.text}\n`).join('')
        const headers = { 'Idempotency-Key': `${number}-${i}` }
        const once = () =>
          post(server, '/ingest', { key, body, headers }).then(
            (a) => a.status === 200,
            () => false,
          )
        while (!(await once())) await wait(50)
        // A request whose answer was lost on the way comes again.
        if (i % 10 === 0) while (!(await once())) await wait(50)
      }
      await wait(PAUSE)
    }
  }

  const sending = Promise.all(Array.from({ length: SENDERS }, (_, n) => sender(n)))
  for (let i = 0; i < kills; i++) {
    await wait(Math.random() * BATCHES * PAUSE * 1.2)
    await server.stop('SIGKILL')
    if (i % 4 === 3) {
      // Killed while it starts, and replays.
      let child: ChildProcess | undefined
      const failing = start((c) => {
        child = c
      })
      failing.catch(() => undefined)
      await wait(500 + Math.random() * 3_000)
      child?.kill('SIGKILL')
      await failing.then((s) => s.stop('SIGKILL')).catch(() => undefined)
    }
    server = await start()
  }
  await sending

  const signals = async (): Promise<readonly string[]> => {
    const found: Json[] = []
    for (let after: string | null = null; ; ) {
      const page: Json = await read(
        server,
        readKey,
        `query ($after: String) { signals(first: 500, after: $after) { pageInfo { hasNextPage endCursor }
           edges { node { rule { id } entity count events { original } evidence { original } } } } }`,
        { after },
      )
      found.push(...page.signals.edges.map((e: Json) => e.node))
      if (!page.signals.pageInfo.hasNextPage) break
      after = page.signals.pageInfo.endCursor
    }
    return found
      .map((s) => {
        const messages = s.events.map((e: Json) => JSON.parse(e.original).message)
        expect(s.count).toBeGreaterThanOrEqual(messages.length)
        expect(s.evidence === null ? messages[0] : JSON.parse(s.evidence.original).message).toBe(messages[0])
        return JSON.stringify([s.rule.id, s.entity, messages])
      })
      .sort()
  }
  const same = (a: readonly string[], b: readonly string[]) => JSON.stringify(a) === JSON.stringify(b)
  let last: readonly string[] = []
  await until('all to have fired, and its events to be searchable', async () => {
    const now = await signals().catch(() => [])
    const done = same(now, plan.expected)
    last = now
    return done
  }).catch(() => undefined)
  // Nothing more comes of what is held back.
  await wait(2_000)
  last = await signals()
  await server.stop()
  expect(server.process.exitCode).toBe(0)
  return last
}

test(
  `killed ${KILLS} times in the middle of windows: what fires is what fires undisturbed`,
  async () => {
    const plan = script(KILLS + 2, Math.floor(Date.now() / HOUR) * HOUR - (KILLS + 4) * HOUR)
    const undisturbed = await run('undisturbed', 0, plan)
    expect(undisturbed).toEqual(plan.expected)
    const killed = await run('killed', KILLS, plan)
    expect(killed).toEqual(undisturbed)
    console.info(`killed ${KILLS} times: ${killed.length} correlations fired, as undisturbed`)
  },
  240_000 + KILLS * 20_000,
)
