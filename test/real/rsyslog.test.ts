import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { freePort, KillableServer } from '../support/killableServer.ts'
import { debianPackages } from '../support/tools.ts'

const root = await debianPackages('rsyslog', [
  'rsyslog',
  'rsyslog-elasticsearch',
  'libestr0',
  'libfastjson4',
  'liblognorm5',
  'libcurl4',
])

const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-rsyslog-'))
const data = join(folder, 'data')
const input = join(folder, 'in.log')
const port = await freePort()
const server = new KillableServer(data, port)
let rsyslog: ChildProcess | undefined

afterAll(async () => {
  rsyslog?.kill('SIGKILL')
  await server.kill()
  fs.rmSync(folder, { recursive: true, force: true })
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The configuration that the README gives, with quicker retries. */
function configuration(): string {
  return `
global(workDirectory="${folder}")
module(load="imfile") module(load="omelasticsearch")
template(name="doc" type="list" option.jsonf="on") {
  property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="host.name" name="hostname" format="jsonf")
  property(outname="message" name="msg" format="jsonf") }
template(name="id" type="string" string="%uuid%")
input(type="imfile" File="${input}" Tag="app:" ruleset="out")
ruleset(name="out") { action(type="omelasticsearch" server="127.0.0.1" serverport="${port}" template="doc"
  searchIndex="logs-app-default" searchType="" bulkmode="on" uid="suidun" pwd="KEY" errorFile="${folder}/es.err"
  writeoperation="create" bulkid="id" dynbulkid="on" action.resumeRetryCount="-1" action.resumeInterval="1"
  queue.type="linkedList") }
`
}

describe.skipIf(root === undefined)('rsyslog with omelasticsearch', () => {
  test('delivers every line once, over two kills and a time without a server', async () => {
    fs.mkdirSync(data)
    await server.start()
    const lib = join(root!, 'usr/lib/x86_64-linux-gnu')
    fs.writeFileSync(join(folder, 'rsyslog.conf'), configuration())
    fs.writeFileSync(input, '')
    rsyslog = spawn(
      join(root!, 'usr/sbin/rsyslogd'),
      ['-n', '-f', join(folder, 'rsyslog.conf'), '-i', join(folder, 'pid'), '-M', join(lib, 'rsyslog')],
      { env: { ...process.env, LD_LIBRARY_PATH: lib }, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    let written = 0
    const write = (count: number) => {
      const lines = Array.from({ length: count }, () => `line ${++written} 穗盾 "quoted" \\ end\n`)
      fs.appendFileSync(input, lines.join(''))
    }
    write(500)
    // A byte that is no UTF-8: rsyslog passes it on as it is.
    fs.appendFileSync(input, Buffer.from('line latin caf\xe9\n', 'latin1'))
    for (let round = 0; round < 2; round++) {
      for (let i = 0; i < 20; i++) {
        write(25)
        await pause(20)
      }
      await server.kill()
      write(200)
      await pause(1_500)
      await server.start()
    }
    write(100)
    let found = await server.report()
    for (let i = 0; i < 120 && found.count < written + 1; i++) {
      await pause(500)
      found = await server.report()
    }
    const expected = Array.from({ length: written }, (_, i) => `line ${i + 1} 穗盾 "quoted" \\ end`)
    const plain = found.messages.map((m) => m.trim())
    expect(plain.filter((m) => !m.includes('latin')).sort()).toEqual(expected.sort())
    expect(plain.filter((m) => m.includes('latin'))).toEqual(['line latin caf\uFFFD'])
    expect(found.counted).toBe(written + 1)
    expect(fs.existsSync(join(folder, 'es.err')) ? fs.readFileSync(join(folder, 'es.err'), 'utf8') : '').toBe('')
  })
})
