import { type ChildProcess, fork, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { debianPackages } from '../support/tools.ts'

const installed = spawnSync('strace', ['-V']).status === 0
const unpacked = installed ? undefined : await debianPackages('strace', ['strace', 'libunwind8'])
const strace = installed ? 'strace' : unpacked && join(unpacked, 'usr/bin/strace')
const libraries = unpacked === undefined ? {} : { LD_LIBRARY_PATH: join(unpacked, 'usr/lib/x86_64-linux-gnu') }

interface Call {
  readonly name: string
  readonly text: string
  /** Lines of the trace at which it was entered and had returned. */
  readonly entered: number
  readonly returned: number
}

/** The calls of a trace made with `-f`, joined where another thread came between entry and return. */
function readTrace(trace: string): Call[] {
  const calls: Call[] = []
  const open = new Map<string, { name: string; text: string; entered: number }>()
  trace.split('\n').forEach((row, n) => {
    const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/.exec(row)
    if (resumed !== null) {
      const o = open.get(resumed[1]!)
      open.delete(resumed[1]!)
      if (o !== undefined) calls.push({ ...o, text: o.text + resumed[3], returned: n })
      return
    }
    const call = /^(\d+) +(\w+)\((.*)$/.exec(row)
    if (call === null) return
    const [, pid, name, text] = call as unknown as [string, string, string, string]
    if (text.endsWith('<unfinished ...>')) open.set(pid, { name, text, entered: n })
    else calls.push({ name, text, entered: n, returned: n })
  })
  return calls
}

const segmentOf = (text: string) => /^\d+<([^>]*\.open)>/.exec(text)?.[1]

describe.skipIf(strace === undefined)('under strace', () => {
  const folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-strace-'))
  let child: ChildProcess | undefined
  afterAll(() => {
    child?.kill('SIGKILL')
    fs.rmSync(folder, { recursive: true, force: true })
  })

  test('no 200 leaves before the fsync of its bytes, and of the folder where the file is new', async () => {
    const log = join(folder, 'trace')
    const calls = 'trace=openat,write,writev,pwrite64,pwritev,fsync,fdatasync,sendmsg,sendto'
    child = fork(join(import.meta.dirname, '../faults/intakeServer.ts'), [join(folder, 'data')], {
      execPath: strace!,
      env: { ...process.env, ...libraries },
      execArgv: ['-f', '-y', '-s', '100000', '-e', calls, '-o', log, process.execPath],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    fs.mkdirSync(join(folder, 'data'))
    const { ready: port } = await new Promise<{ ready: number }>((resolve, reject) => {
      child!.once('message', (m) => resolve(m as { ready: number }))
      child!.once('exit', (code) => reject(new Error(`ended: ${code}`)))
    })
    const ids: string[] = []
    const send = async (sender: number) => {
      for (let n = 0; n < 40; n++) {
        const id = `marker-${sender}-${n}-x`
        const body = `{"create":{"_id":"${id}"}}\n{"message":"${id}"}\n`
        const headers = { authorization: `Bearer key${sender}` }
        const response = await fetch(`http://127.0.0.1:${port}/_bulk`, { method: 'POST', headers, body })
        expect(response.status).toBe(200)
        await response.arrayBuffer()
        ids.push(id)
      }
    }
    await Promise.all([0, 1, 2, 3].map(send))
    const gone = new Promise((resolve) => child!.once('exit', resolve))
    child.send('end')
    await gone

    const all = readTrace(fs.readFileSync(log, 'utf8'))
    const writes = all.filter((c) => /^p?writev?(64)?$/.test(c.name) && segmentOf(c.text) !== undefined)
    const syncs = all.filter((c) => /^f(data)?sync$/.test(c.name) && c.text.endsWith('= 0'))
    const answers = all.filter((c) => /^(write|writev|sendmsg|sendto)$/.test(c.name) && c.text.includes('HTTP/1.1 200'))
    expect(ids).toHaveLength(160)
    for (const id of ids) {
      const answer = answers.filter((c) => c.text.includes(`\\"_id\\":\\"${id}\\"`))
      const write = writes.filter((c) => c.text.includes(id))
      expect([id, answer.length, write.length]).toEqual([id, 1, 1])
      const file = segmentOf(write[0]!.text)!
      const covered = syncs.some(
        (s) => segmentOf(s.text) === file && s.entered > write[0]!.returned && s.returned < answer[0]!.entered,
      )
      expect([id, covered]).toEqual([id, true])
      const created = all.find((c) => c.name === 'openat' && c.text.includes(file) && c.text.includes('O_CREAT'))!
      const named = syncs.some(
        (s) =>
          s.text.startsWith(`${/^\d+/.exec(s.text)}<${join(file, '..')}>`) &&
          s.entered > created.returned &&
          s.returned < answer[0]!.entered,
      )
      expect([id, named]).toEqual([id, true])
    }
  })
})
