import { type ChildProcess, spawn } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { EVERYTHING } from '../../core/access.ts'
import { ANY, type Filter } from '../../core/filter.ts'
import { openDocuments } from '../../store/index.ts'
import { storageError } from '../../store/sqlite/connect.ts'
import { Writer } from '../../store/sqlite/write.ts'
import { draft, unit } from '../support/documents.ts'

let folder: string
let path: string
beforeEach(() => {
  folder = fs.mkdtempSync(join(os.tmpdir(), 'suidun-docs-'))
  path = join(folder, 'documents.db')
})
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }))

/** A writing process and what it has said to be durable. */
function writer(name: string, parallel: number, count: number) {
  const script = join(import.meta.dirname, 'documentsChild.ts')
  const child: ChildProcess = spawn(process.execPath, [script, path, name, String(parallel), String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  const waiting: { lines: number; go: () => void }[] = []
  const lines = () => text.split('\n').slice(0, -1)
  child.stdout!.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
    for (const w of waiting) if (lines().length >= w.lines) w.go()
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  return {
    lines,
    ended,
    kill: () => child.kill('SIGKILL'),
    said: (n: number) => new Promise<void>((go) => waiting.push({ lines: n, go })),
  }
}

describe('documents in SQLite under faults', () => {
  test('whatever was resolved before kill -9 is there after it, each change with its audit entry', async () => {
    const resolved: string[] = []
    const numbers = new Set<string>()
    for (let round = 0; round < 12; round++) {
      const one = writer(`r${round}`, [1, 8, 200][round % 3]!, 1_000_000)
      await one.said(1 + round * 40)
      one.kill()
      await one.ended
      for (const line of one.lines()) {
        const [id, version, number] = line.split(' ') as [string, string, string]
        expect(version).toBe('1')
        expect(numbers.has(number)).toBe(false)
        numbers.add(number)
        resolved.push(id)
      }
      const docs = await openDocuments({ path })
      const stored = new Set(
        (await docs.list('unit', { scope: EVERYTHING, sort: [], first: 100_000 })).rows.map((r) => r.id),
      )
      expect(resolved.filter((id) => !stored.has(id))).toEqual([])
      expect(await docs.verifyAudit()).toEqual({ entries: stored.size, broken: undefined })
      await docs.close()
    }
    expect(resolved.length).toBeGreaterThan(12)
  })

  test('two processes write at once: none waits for ever, the chain holds, no number twice', async () => {
    const both = [writer('a', 50, 1_500), writer('b', 1, 300)]
    expect(await Promise.all(both.map((w) => w.ended))).toEqual([0, 0])
    const lines = both.flatMap((w) => w.lines())
    expect(lines).toHaveLength(1_800)
    expect(new Set(lines.map((l) => l.split(' ')[2])).size).toBe(1_800)
    const docs = await openDocuments({ path })
    expect(await docs.count('unit', { scope: EVERYTHING })).toBe(1_800)
    expect(await docs.verifyAudit()).toEqual({ entries: 1_800, broken: undefined })
    await docs.close()
  })

  test('the calling thread never waits, neither for another lock nor for a slow list', async () => {
    const docs = await openDocuments({ path })
    await Promise.all(Array.from({ length: 5_000 }, (_, i) => docs.put('unit', `u${i}`, unit(`u${i}`), { version: 0 })))
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    let turns = 0
    const ticking = setInterval(() => turns++, 5)
    const slow: Filter = { op: 'keyword', pattern: ['x', ANY, 'y', ANY, 'z'], cased: false }
    const put = docs.put('unit', 'late', unit('late'), { version: 0 })
    const lists = [1, 2, 3].map(() => docs.count('unit', { scope: EVERYTHING, filter: slow }))
    // Single documents are read while the lock is held and the lists run.
    expect((await docs.get('unit', 'u1'))?.version).toBe(1)
    expect(await Promise.all(lists)).toEqual([0, 0, 0])
    await new Promise<void>((done) => {
      const look = setInterval(() => {
        if (turns < 40) return
        clearInterval(look)
        done()
      }, 5)
    })
    other.exec('COMMIT')
    other.close()
    expect((await put).version).toBe(1)
    clearInterval(ticking)
    await docs.close()
  })

  test('a full disk refuses the whole group with STO-507, keeps nothing of it, and goes on when there is room', async () => {
    await (await openDocuments({ path })).close()
    const db = new DatabaseSync(path)
    const pages = Number(db.prepare('PRAGMA page_count').get()!.page_count)
    db.exec(`PRAGMA max_page_count = ${pages + 20}`)
    const writer = new Writer(db)
    const put = (id: string, size: number) =>
      ({
        op: 'put',
        kind: 'setting',
        id,
        version: 0,
        doc: JSON.stringify({ value: 'x'.repeat(size) }),
        audit: JSON.stringify(draft('a', id)),
      }) as const
    const error = (() => {
      try {
        writer.apply([put('small', 10), put('large', 10_000_000), put('after', 10)])
      } catch (e) {
        return storageError(e, path)
      }
    })()
    expect(error?.code).toBe('STO-507')
    expect(Number(db.prepare('SELECT count(*) AS n FROM setting').get()!.n)).toBe(0)
    expect(writer.apply([put('small', 10)]).head?.seq).toBe(1)
    db.close()
  })

  test('a document that SQLite cannot take fails alone', async () => {
    const docs = await openDocuments({ path })
    let deep: unknown = 1
    for (let i = 0; i < 3_000; i++) deep = [deep]
    const odd = docs.put('unit', 'deep', { ...unit('deep'), extra: deep } as never, {
      version: 0,
      audit: draft('a', 'deep'),
    })
    const others = Array.from({ length: 20 }, (_, i) =>
      docs.put('unit', `u${i}`, unit(`u${i}`), { version: 0, audit: draft('a', `u${i}`) }),
    )
    await expect(odd).rejects.toMatchObject({ code: 'STO-500' })
    expect((await Promise.all(others)).map((o) => o.version)).toEqual(others.map(() => 1))
    expect(await docs.verifyAudit()).toEqual({ entries: 20, broken: undefined })
    await docs.close()
  })

  test('a store of a newer program is refused with STO-501 and left as it is', async () => {
    await (await openDocuments({ path })).close()
    const db = new DatabaseSync(path)
    db.exec('PRAGMA user_version = 9999')
    db.close()
    await expect(openDocuments({ path })).rejects.toMatchObject({ code: 'STO-501', details: { found: 9999 } })
  })

  test('a file that is no database, and a folder that cannot be made, are told by name', async () => {
    fs.writeFileSync(path, 'this is not a database, but long enough to be looked at'.repeat(100))
    await expect(openDocuments({ path })).rejects.toMatchObject({
      code: 'STO-500',
      message: expect.stringContaining(path),
    })
    await expect(openDocuments({ path: join(path, 'below', 'documents.db') })).rejects.toMatchObject({
      code: 'STO-500',
    })
  })
})

describe('an audit log that was tampered with', () => {
  const FREE = 'DROP TRIGGER "audit#keep"; DROP TRIGGER "audit#stay";'
  const verdictAfter = async (tamper: string) => {
    const docs = await openDocuments({ path })
    for (let i = 1; i <= 10; i++) await docs.audit(draft('unit.changed', `u${i}`))
    await docs.close()
    const db = new DatabaseSync(path)
    db.exec(FREE + tamper)
    db.close()
    const again = await openDocuments({ path })
    const { broken } = await again.verifyAudit()
    await again.close()
    return broken
  }

  test('the table itself refuses changes and removals', async () => {
    const docs = await openDocuments({ path })
    await docs.audit(draft('unit.changed', 'a'))
    await docs.close()
    const db = new DatabaseSync(path)
    expect(() => db.exec(`UPDATE audit SET doc = '{}'`)).toThrow(/append-only/)
    expect(() => db.exec('DELETE FROM audit')).toThrow(/append-only/)
    db.close()
  })

  test('a modified entry is named', async () => {
    const broken = await verdictAfter(
      `UPDATE audit SET doc = json_set(doc, '$.target.id', 'other') WHERE id LIKE '%04'`,
    )
    expect(broken).toMatchObject({ seq: 4, why: expect.stringContaining('modified') })
  })

  test('an entry that is no JSON any more is named', async () => {
    const broken = await verdictAfter(`UPDATE audit SET doc = '7' WHERE id LIKE '%05'`)
    expect(broken).toMatchObject({ seq: 5 })
  })

  test('a removed entry is named', async () => {
    expect(await verdictAfter(`DELETE FROM audit WHERE id LIKE '%06'`)).toMatchObject({
      seq: 6,
      why: expect.stringContaining('missing'),
    })
  })

  test('a removed first entry is named', async () => {
    expect(await verdictAfter(`DELETE FROM audit WHERE id LIKE '%01'`)).toMatchObject({ seq: 1 })
  })

  test('exchanged entries are named', async () => {
    const broken = await verdictAfter(`UPDATE audit SET id = 'x' WHERE id = '000000000003';
      UPDATE audit SET id = '000000000003' WHERE id = '000000000007'; UPDATE audit SET id = '000000000007' WHERE id = 'x'`)
    expect(broken).toMatchObject({ seq: 3, why: expect.stringContaining('exchanged') })
  })

  test('entries cut off the end are noticed by the checkpoint', async () => {
    expect(await verdictAfter(`DELETE FROM audit WHERE id > '000000000008'`)).toMatchObject({
      seq: 9,
      why: expect.stringContaining('cut off'),
    })
  })

  test('a log that was emptied is noticed', async () => {
    expect(await verdictAfter('DELETE FROM audit')).toMatchObject({ seq: 1 })
  })

  test('a log put back to an older state and carried on is noticed', async () => {
    const docs = await openDocuments({ path })
    for (let i = 1; i <= 5; i++) await docs.audit(draft('unit.changed', `u${i}`))
    await docs.close()
    fs.copyFileSync(path, `${path}.old`)
    const later = await openDocuments({ path })
    for (let i = 6; i <= 8; i++) await later.audit(draft('unit.changed', `u${i}`))
    await later.close()
    fs.copyFileSync(`${path}.old`, path)
    const forged = await openDocuments({ path })
    for (let i = 6; i <= 9; i++) await forged.audit(draft('unit.changed', `forged${i}`))
    await forged.close()
    const again = await openDocuments({ path })
    expect((await again.verifyAudit()).broken).toMatchObject({ seq: 8 })
    await again.close()
  })

  test('a missing checkpoint is noticed', async () => {
    const docs = await openDocuments({ path })
    await docs.audit(draft('unit.changed', 'a'))
    await docs.close()
    fs.rmSync(`${path}.audit-head`)
    const again = await openDocuments({ path })
    await again.audit(draft('unit.changed', 'b'))
    expect((await again.verifyAudit()).broken).toMatchObject({ why: expect.stringContaining('checkpoint') })
    await again.close()
  })
})
