import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { zipSync } from 'fflate'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeMaterial, material } from '../support/material.ts'
import { type Client, type Json, openWorld, type World } from './world.ts'

const FOLDERS = ['rules', 'rules-emerging-threats', 'rules-threat-hunting', 'rules-compliance', 'rules-placeholder']
const PAGE = `query($after: String) { rules(origin: imported, first: 100, after: $after) { totalCount pageInfo { hasNextPage endCursor } edges { node {
  id kind origin title titleZh description level status tags enabled switchedBy switchReason logsource author date references falsepositives
  file condition text problems { code message messageZh severity file line column } samples { name matches } hits lastSignal
  exceptions { id query until active keptBack } correlates { id title } filters } } } }`

describeMaterial('the public rules', 'sigma/rules', () => {
  let world: World
  let root: Client
  const files: Record<string, Uint8Array> = {}
  beforeAll(async () => {
    const walk = (folder: string, prefix: string) => {
      for (const name of readdirSync(folder)) {
        const path = join(folder, name)
        if (statSync(path).isDirectory()) walk(path, `${prefix}${name}/`)
        else files[prefix + name] = readFileSync(path)
      }
    }
    for (const f of FOLDERS) walk(material('sigma', f), `${f}/`)
    world = await openWorld()
    root = await world.signIn('analyst')
  })
  afterAll(() => world?.close())

  const ruleFiles = () => Object.keys(files).filter((n) => n.endsWith('.yml')).length
  const send = async () => {
    const answer = await fetch(`${world.url}/rules/import`, {
      method: 'POST',
      headers: { cookie: root.cookie, 'x-suidun-csrf': root.csrf },
      body: zipSync(files) as BodyInit,
    })
    return { status: answer.status, body: (await answer.json()) as Json }
  }

  it('are imported as one archive; only those whose lists are missing are refused, by name', async () => {
    const { status, body } = await send()
    const count = ruleFiles()
    expect(status).toBe(200)
    expect(count).toBeGreaterThan(3_700)
    expect(body).toMatchObject({ files: count, added: count, changed: 0, unchanged: 0 })
    expect(body.rules + body.refused).toBe(count)
    const errors = body.problems.filter((p: Json) => p.severity === 'error')
    expect(new Set(errors.map((p: Json) => p.code))).toEqual(new Set(['SIG-023']))
    expect(new Set(errors.map((p: Json) => p.file)).size).toBe(body.refused)
    expect(body.refused).toBeLessThan(30)
  })

  it('change nothing when they come again', async () => {
    expect((await send()).body).toMatchObject({ added: 0, changed: 0, unchanged: ruleFiles() })
  })

  it('are listed by pages of 100 with all that is known of them', async () => {
    const ids: string[] = []
    for (let after: string | null = null; ; ) {
      const { rules }: Json = await root.data(PAGE, { after })
      ids.push(...rules.edges.map((e: Json) => e.node.id))
      for (const { node } of rules.edges)
        expect([node.id, node.origin, node.enabled]).toEqual([node.id, 'imported', true])
      if (!rules.pageInfo.hasNextPage) break
      after = rules.pageInfo.endCursor
    }
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(3_700)
    const found = await root.data(
      '{ rules(query: "mimikatz and logsource: *process_creation*", first: 5) { totalCount } }',
    )
    expect(found.rules.totalCount).toBeGreaterThan(1)
  })
})
