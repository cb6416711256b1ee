import { suidun, type TestServer, until } from './server.ts'

// biome-ignore lint/suspicious/noExplicitAny: an answer is what the tests look at
export type Json = any

export interface MachineAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed, where it is JSON. */
  readonly json: Record<string, unknown>
}

/** Posts to the machines' entrance with a key. */
export async function post(
  server: TestServer,
  path: string,
  options: { readonly key: string; readonly body: string | Uint8Array; readonly headers?: Record<string, string> },
): Promise<MachineAnswer> {
  const res = await fetch(`${server.run.ingest}${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${options.key}`, ...options.headers },
    body: options.body as BodyInit,
  })
  const text = await res.text()
  return { status: res.status, headers: res.headers, json: text === '' ? {} : JSON.parse(text) }
}

/** A key of a data folder, by the command line. */
export async function createKey(data: string, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await suidun(['key', 'create', '--name', 'test', ...args], {
    env: { SUIDUN_DATA: data },
  })
  if (code !== 0) throw new Error(`key create: ${stderr}`)
  return stdout.trim()
}

/** Asks GraphQL with a key (undefined: as nobody); status and the whole answer. */
export async function ask(
  server: TestServer,
  key: string | undefined,
  query: string,
  variables: object = {},
): Promise<{ status: number; data: Json; errors?: { message: string; extensions: Json }[] }> {
  const res = await fetch(`${server.run.http}/graphql`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables }),
  })
  return { status: res.status, ...((await res.json()) as { data: unknown }) }
}

/** The data of an answer without errors. */
export async function read(server: TestServer, key: string, query: string, variables: object = {}): Promise<Json> {
  const { data, errors } = await ask(server, key, query, variables)
  if (errors !== undefined) throw new Error(`GraphQL: ${JSON.stringify(errors)}`)
  return data
}

/** Waits until a search finds so many events. */
export async function untilFound(server: TestServer, key: string, query: string, count: number): Promise<void> {
  let found = -1
  await until(
    `${count} events of ${query}`,
    async () => {
      found = (
        await read(server, key, 'query($q: String) { events(query: $q, first: 0) { totalCount } }', { q: query })
      ).events.totalCount
      if (found > count) throw new Error(`${found} events of ${query}, ${count} expected`)
      return found === count
    },
    60_000,
  ).catch((e) => {
    throw new Error(`${e.message}: ${found} found`)
  })
}
