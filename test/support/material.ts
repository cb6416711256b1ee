import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, test } from 'vitest'

/**
 * Test data that is not part of the project: `SUIDUN_MATERIAL`, else the folder `shared` beside the checkout.
 * Without it those suites are skipped, loudly; with SUIDUN_MATERIAL_REQUIRED=1 (as `.ci/run` sets it) they fail.
 */
const root = resolve(process.env.SUIDUN_MATERIAL ?? resolve(import.meta.dirname, '../../../shared'))

/** A path inside the material. */
export function material(...path: string[]): string {
  return resolve(root, ...path)
}

/** A suite that needs a folder or file of the material. */
export function describeMaterial(name: string, needs: string, body: () => void): void {
  if (existsSync(material(needs))) describe(name, body)
  else if (process.env.SUIDUN_MATERIAL_REQUIRED === '1') throw new Error(`test material is missing: ${material(needs)}`)
  else {
    console.warn(`SKIPPED: ${name}: no test material at ${material(needs)} (set SUIDUN_MATERIAL)`)
    // The body reads the material as soon as it is collected.
    describe.skip(name, () => test('needs the test material', () => {}))
  }
}

/** JSON objects that stand one after the other. */
export function objectsIn(text: string): object[] {
  const objects: object[] = []
  let depth = 0
  let start = 0
  for (const m of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/g)) {
    if (m[0] === '{' && depth++ === 0) start = m.index
    else if (m[0] === '}' && --depth === 0) objects.push(JSON.parse(text.slice(start, m.index + 1)) as object)
  }
  return objects
}
