import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { tempFolder } from './server.ts'

const script = resolve(import.meta.dirname, '../../.ci/elasticsearch')
const run = promisify(execFile)

/** A server for tests: its address, and what stops it (nothing, if it was given). */
export interface TestElasticsearch {
  readonly url: string
  stop(): Promise<void>
}

/**
 * The server that `SUIDUN_TEST_ELASTICSEARCH` names, else one of our own (`.ci/elasticsearch`). Where none can be had the
 * answer is undefined, loudly, so that the suite is skipped; with CI=true that is an error.
 */
export async function testElasticsearch(): Promise<TestElasticsearch | undefined> {
  const given = process.env.SUIDUN_TEST_ELASTICSEARCH
  if (given !== undefined && given !== '') return { url: given, stop: async () => {} }
  const folder = tempFolder('elasticsearch')
  try {
    const { stdout } = await run(script, ['start', folder], { maxBuffer: 1 << 24 })
    return {
      url: stdout.trim().split('\n').at(-1)!,
      stop: async () => {
        await run(script, ['stop', folder])
        await rm(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    const why = (error as { stderr?: string }).stderr?.trim() || (error as Error).message
    if (process.env.CI === 'true') throw new Error(`no Elasticsearch: ${why}`)
    console.warn(`SKIPPED: the suites on Elasticsearch: ${why}`)
    return undefined
  }
}
