import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { freePort, KillableServer } from '../support/killableServer.ts'
import { debianPackages } from '../support/tools.ts'

const root = await debianPackages('syslog-ng', [
  'syslog-ng-core',
  'syslog-ng-mod-http',
  'syslog-ng-scl',
  'libivykis0',
  'libpcre3',
  'libnet1',
  'libwrap0',
  'libjson-c5',
  'libcurl4',
])

const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-syslog-ng-'))
const data = join(folder, 'data')
const input = join(folder, 'in.log')
const port = await freePort()
const server = new KillableServer(data, port)
let sender: ChildProcess | undefined

afterAll(async () => {
  sender?.kill('SIGKILL')
  await server.kill()
  fs.rmSync(folder, { recursive: true, force: true })
})

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The configuration that the README gives, with quicker retries. */
const configuration = () => `@version: 3.38
@define include-path "${root}/etc/syslog-ng:${root}/usr/share/syslog-ng/include"
@include "scl.conf"
options { time-reopen(1); };
source s { file("${input}" follow-freq(1) flags(no-parse)); };
destination d { elasticsearch-http(url("http://127.0.0.1:${port}/_bulk") index("logs-app-default") type("")
  headers("Content-Type: application/x-ndjson" "Authorization: ApiKey KEY")
  template("$(format-json --scope none @timestamp=$ISODATE host.name=$HOST message=$MESSAGE)")); };
log { source(s); destination(d); flags(flow-control); };
`

describe.skipIf(root === undefined)('syslog-ng with elasticsearch-http', () => {
  test('delivers every line over a kill and a time without a server (without ids: at least once)', async () => {
    fs.mkdirSync(data)
    await server.start()
    fs.writeFileSync(join(folder, 'ng.conf'), configuration())
    fs.writeFileSync(input, '')
    const libraries = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib/syslog-ng'].map((l) =>
      join(root!, l),
    )
    sender = spawn(
      join(root!, 'usr/sbin/syslog-ng'),
      [
        ...['-F', '-f', join(folder, 'ng.conf'), '-R', join(folder, 'persist'), '-p', join(folder, 'pid')],
        ...['-c', join(folder, 'ctl'), `--module-path=${join(root!, 'usr/lib/syslog-ng/3.38')}`],
      ],
      { env: { ...process.env, LD_LIBRARY_PATH: libraries.join(':') }, stdio: ['ignore', 'ignore', 'inherit'] },
    )
    let written = 0
    const write = (count: number) => {
      const lines = Array.from({ length: count }, () => `line ${++written} 穗盾 "quoted" end\n`)
      fs.appendFileSync(input, lines.join(''))
    }
    await pause(2_000)
    write(300)
    await pause(3_000)
    await server.kill()
    write(200)
    await pause(2_000)
    await server.start()
    write(100)
    const expected = Array.from({ length: written }, (_, i) => `line ${i + 1} 穗盾 "quoted" end`)
    let missing = expected
    for (let i = 0; i < 120 && missing.length > 0; i++) {
      await pause(500)
      const stored = new Set((await server.report()).messages)
      missing = expected.filter((m) => !stored.has(m))
    }
    expect(missing).toEqual([])
  })
})
