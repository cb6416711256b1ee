import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type Json, read } from './machine.ts'
import { startServer, suidun, type TestServer, tempFolder, until } from './server.ts'

export interface Ready {
  readonly ready: true
  readonly http: string
  readonly ingest: string
  readonly syslog: { readonly udp: number; readonly tcp: number }
  readonly accounts: readonly { readonly role: string; readonly name: string; readonly password: string }[]
  readonly readKey: string
  readonly ingestKey: string
}

/** The longest that a day may take until it is detected and searchable. */
export const DAY = 180_000

export interface PlayOptions {
  readonly data: string
  readonly env?: Record<string, string>
  readonly limit?: number
}

/** Plays a day of the demo on that data folder until its ready line is there. */
export async function play(options: PlayOptions, ...args: string[]): Promise<{ server: TestServer; ready: Ready }> {
  const { data, env = {}, limit = DAY } = options
  const server = await startServer({ data, env, args: ['demo', '--json', ...args] })
  try {
    const line = await until(
      'the day to be played',
      () => {
        if (server.process.exitCode !== null) throw new Error(`it ended: ${server.output().stderr}`)
        const { stdout } = server.output()
        return stdout.endsWith('\n') ? stdout : undefined
      },
      limit,
    )
    expect(line.trim().split('\n')).toHaveLength(1)
    return { server, ready: JSON.parse(line) as Ready }
  } catch (e) {
    await server.stop()
    throw e
  }
}

/** Incidents as the sheet writes them. */
export async function raised(server: TestServer, key: string) {
  const { incidents } = await read(
    server,
    key,
    `{ incidents(first: 1000) { totalCount edges { node { system { id } entity
       signals(first: 1000) { totalCount edges { node { rule { id } } } } } } } }`,
  )
  expect(incidents.edges).toHaveLength(incidents.totalCount)
  return incidents.edges.map(({ node }: Json) => ({
    system: node.system?.id ?? null,
    entity: node.entity,
    rules: [...new Set(node.signals.edges.map((e: Json) => e.node.rule.id))].sort(),
  }))
}

/** What the attacks of a seed must raise; printing it makes no data folder. */
export async function sheetOf(seed: string) {
  const none = join(tempFolder('sheet'), 'no')
  const { code, stdout } = await suidun(['demo', '--seed', seed, '--sheet'], {
    env: { SUIDUN_DATA: none },
  })
  expect(code).toBe(0)
  expect(existsSync(none)).toBe(false)
  return JSON.parse(stdout) as { system: string; entity: string; rules: string[] }[]
}

export const byPlace = (list: readonly { system: string; entity: string }[]) =>
  [...list].sort((a, b) => (`${a.system} ${a.entity}` < `${b.system} ${b.entity}` ? -1 : 1))
