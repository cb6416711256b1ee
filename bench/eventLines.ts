import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { benchLines } from './lines.ts'

/** Events to match, and rules; from the test material (`SUIDUN_MATERIAL`) where it is there, else made up and our own. */
const material = resolve(process.env.SUIDUN_MATERIAL ?? resolve(import.meta.dirname, '../../shared'))

/** The folder of public rules, if it is there. */
export const PUBLIC_RULES: string | undefined = present(resolve(material, 'sigma/rules'))

/** Mostly harmless traffic. */
export function backgroundLines(): readonly string[] {
  const recorded = present(resolve(material, 'sigma/background.ndjson.gz'))
  if (recorded === undefined) return benchLines(0, 20_000, Date.UTC(2026, 10, 24))
  return gunzipSync(readFileSync(recorded)).toString('utf8').trim().split('\n')
}

/** Events that rules must match. */
export function regressionLines(): readonly string[] {
  const folder = present(resolve(material, 'sigma/regression'))
  if (folder === undefined) return []
  return readdirSync(folder).flatMap((f) => objectsIn(readFileSync(resolve(folder, f), 'utf8')))
}

/** The objects of a text that holds one after the other, a line each. */
function objectsIn(text: string): string[] {
  return text.split(/(?<=^\})\s*(?=\{)/m).map((p) => JSON.stringify(JSON.parse(p)))
}

function present(path: string): string | undefined {
  return existsSync(path) ? path : undefined
}
