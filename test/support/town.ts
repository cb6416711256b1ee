import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKey } from './machine.ts'
import { removeFolder, startServer, suidun, type TestServer, tempFolder } from './server.ts'

/** A small town: two districts, a system at level 3 on the cloud in one, a system at level 2 in the other, data of class 重要. */
export const TOWN = `units:
  - { id: root, name: 珠城, kind: city, parentId: null, code: ZC }
  - { id: th, name: 天和区, kind: district, parentId: root, code: TH }
  - { id: hz, name: 海舟区, kind: district, parentId: root, code: HZ }
systems:
  - { id: portal, unitId: th, name: 政务门户, level: 3, informationLevel: 3, serviceLevel: 3, cloud: true, since: 2020-01-01 }
  - { id: office, unitId: hz, name: 办公平台, level: 2, informationLevel: 2, serviceLevel: 2, cloud: false }
assets:
  - { id: web-1, systemId: portal, hostNames: [web-1], addresses: [10.1.2.3] }
datasets:
  - { id: people, systemId: portal, name: 人口信息, dataClass: important, objects: [人口核验接口] }
`

export const PROBE_RULE = '0aa0c1a3-9f31-4b7e-8d59-000000000001'

/** A rule of the town's own: the action of an event of the test. */
const RULE = `title: Probe of the town
id: ${PROBE_RULE}
status: test
description: Fires on the action that the tests send.
level: high
logsource: { product: any }
detection:
  probe:
    event.action: town-probe
  condition: probe
tags: [attack.t1190]
`

export interface Town {
  readonly server: TestServer
  readonly data: string
  readonly keys: Record<'read' | 'thRead' | 'hzRead' | 'ingest' | 'portal' | 'th' | 'findings' | 'all', string>
  close(): Promise<void>
}

/** A running server with the town's inventory, a rule of its own and keys of every kind. */
export async function openTown(): Promise<Town> {
  const folder = tempFolder('town')
  const data = join(folder, 'data')
  const rules = join(folder, 'rules')
  mkdirSync(rules)
  writeFileSync(join(rules, 'probe.yml'), RULE)
  writeFileSync(join(folder, 'town.yaml'), TOWN)
  const applied = await suidun(['inventory', 'apply', join(folder, 'town.yaml')], { env: { SUIDUN_DATA: data } })
  if (applied.code !== 0) throw new Error(applied.stderr)
  // Checks run when asked for only, so that what is counted stays.
  const quiet = { SUIDUN_CHECKS_SCHEDULE: '0 0 1 1 *' }
  const server = await startServer({ data, env: { SUIDUN_RULES: rules, ...quiet } })
  const [read, thRead, hzRead, ingest, portal, th, findings, all] = (await Promise.all(
    [
      ['read'],
      ['read', '--unit', 'th'],
      ['read', '--unit', 'hz'],
      ['ingest'],
      ['ingest,findings', '--unit', 'th', '--system', 'portal'],
      ['ingest', '--unit', 'th'],
      ['findings'],
      ['ingest,read,findings'],
    ].map((words) => createKey(data, '--scopes', ...words)),
  )) as [string, string, string, string, string, string, string, string]
  const keys = { read, thRead, hzRead, ingest, portal, th, findings, all }
  return {
    server,
    data,
    keys,
    async close() {
      await server.stop()
      removeFolder(folder)
    },
  }
}
