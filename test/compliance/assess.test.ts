import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  acceptProposal,
  type ChecklistEntry,
  checklistItems,
  gapCsv,
  hasCheck,
  isPending,
  openChecklist,
  openChecklists,
  overrideProposal,
  runAll,
  runCheck,
  setResult,
  summary,
} from '../../compliance/index.ts'
import { EVERYTHING, NOTHING, type Scope } from '../../core/access.ts'
import { oneOf } from '../../core/filter.ts'
import { CHECK_TEXTS } from '../../core/messages/checks.ts'
import { GAP_TEXTS } from '../../core/messages/gaps.ts'
import type { System } from '../../core/model/index.ts'
import { auditRecord, HOUR, iso, NOW, officer, openWorld, portal, scan, sshLogin } from './world.ts'

let world: Awaited<ReturnType<typeof openWorld>>
beforeEach(async () => {
  world = await openWorld()
})
afterEach(() => world.close())

const context = { actor: officer, clock: () => NOW }
const entry = async (itemId: string): Promise<ChecklistEntry> =>
  (await openChecklist(world.docs, portal)).find((e) => e.item.id === itemId)!
const lastAudit = async () =>
  (await world.docs.list('audit', { scope: EVERYTHING, sort: [['seq', 'desc']], first: 1 })).rows[0]!.doc
const set = (
  itemId: string,
  value: 'compliant' | 'not_compliant' | 'not_applicable' | 'partly_compliant' | 'not_assessed',
  reason: string | null,
  version = 0,
) => setResult(world.docs, { system: portal, itemId, version, value, reason }, context)

describe('the checklist', () => {
  test('a cloud system of level 3 has 257 items, another 211, in the order of the standard; other levels have none yet', () => {
    const items = checklistItems(portal)
    expect(items.length).toBe(257)
    expect(checklistItems({ level: 3, cloud: false }).length).toBe(211)
    expect(items.filter((i) => i.part === 'cloud').length).toBe(46)
    expect(new Set(items.map((i) => i.id)).size).toBe(257)
    expect(items[0]!.id).toBe('8.1.1.1.a')
    expect(items.filter((i) => hasCheck(i.id)).map((i) => i.id)).toEqual([
      '8.1.3.3.d',
      '8.1.4.3.a',
      '8.1.4.3.b',
      '8.1.4.4.e',
      '8.1.5.4.d',
    ])
    expect(checklistItems({ level: 2, cloud: true })).toEqual([])
  })

  test('it opens without anything written: everything is not assessed', async () => {
    const entries = await openChecklist(world.docs, portal)
    expect(summary(entries)).toEqual({
      total: 257,
      compliant: 0,
      partly_compliant: 0,
      not_compliant: 0,
      not_applicable: 0,
      not_assessed: 257,
      proposals: 0,
      rate: null,
    })
    expect(entries.every((e) => e.result.version === 0)).toBe(true)
    expect(await world.docs.count('result', { scope: EVERYTHING })).toBe(0)
  })

  test('results outside the reader’s scope look untouched', async () => {
    await set('8.1.1.1.a', 'compliant', null)
    const entries = (await openChecklists(world.docs, [portal], NOTHING)).get('portal')!
    expect(summary(entries).not_assessed).toBe(257)
  })

  test('they go with a system that moves to another unit, and are worked on there', async () => {
    await set('8.1.1.1.a', 'compliant', null)
    const moved: System = { ...portal, unitId: 'yunzhu' }
    const of = (unitId: string): Scope => ({ grants: [{ rows: oneOf('unitId', [unitId]), hidden: [] }] })
    const [seen] = await openChecklist(world.docs, moved, of('yunzhu'))
    expect(seen!.result).toMatchObject({ version: 1, doc: { value: 'compliant', unitId: 'yunzhu' } })
    expect((await openChecklist(world.docs, moved, of('root')))[0]!.result.version).toBe(0)
    const { version } = seen!.result
    const decision = { system: moved, itemId: '8.1.1.1.a', version, value: 'not_compliant', reason: '漏水' } as const
    expect((await setResult(world.docs, decision, context)).doc).toMatchObject({ unitId: 'yunzhu', history: [{}, {}] })
  })
})

describe('a person’s result', () => {
  test('is kept with author, time, reason and history, and audited in the same step', async () => {
    const first = await set('8.1.1.1.a', 'partly_compliant', ' 二层机房未防水 ')
    expect(first).toMatchObject({
      version: 1,
      doc: {
        value: 'partly_compliant',
        author: { id: 'wu', name: '吴静' },
        at: iso(NOW),
        reason: '二层机房未防水',
        source: 'person',
        evidenceDigest: null,
      },
    })
    expect(await lastAudit()).toMatchObject({
      action: 'result.set',
      target: { kind: 'result', id: 'portal/8.1.1.1.a' },
      actor: { id: 'wu' },
      unitId: 'root',
      reason: '二层机房未防水',
      before: { value: 'not_assessed' },
      after: { value: 'partly_compliant' },
    })
    await set('8.1.1.1.a', 'compliant', null, 1)
    const { doc } = (await entry('8.1.1.1.a')).result
    expect(doc.history.map((h) => [h.value, h.reason])).toEqual([
      ['partly_compliant', '二层机房未防水'],
      ['compliant', null],
    ])
  })

  test.each(['not_applicable', 'not_compliant'] as const)('%s needs a reason', async (value) => {
    for (const reason of [null, '', '  \n']) {
      await expect(set('8.1.1.1.a', value, reason)).rejects.toMatchObject({ code: 'MLP-020' })
    }
    expect((await set('8.1.1.1.a', value, '见附件')).doc.value).toBe(value)
  })

  test('an outdated version, an item of no checklist and an endless reason are refused, and nothing is written', async () => {
    await set('8.1.1.1.a', 'compliant', null)
    await expect(set('8.1.1.1.a', 'not_assessed', null, 0)).rejects.toMatchObject({ code: 'DOC-409' })
    await expect(set('9.9.9.9.z', 'compliant', null)).rejects.toMatchObject({ code: 'MLP-022' })
    await expect(set('8.1.1.2.a', 'compliant', 'x'.repeat(2_001))).rejects.toMatchObject({ code: 'DOC-400' })
    const onPremises = { ...portal, cloud: false }
    const cloudItem = { system: onPremises, itemId: '8.2.1.1.a', version: 0, value: 'compliant', reason: null } as const
    await expect(setResult(world.docs, cloudItem, context)).rejects.toMatchObject({ code: 'MLP-022' })
    expect(await world.docs.count('result', { scope: EVERYTHING })).toBe(1)
    expect(await world.docs.count('audit', { scope: EVERYTHING })).toBe(1)
  })
})

describe('a proposal', () => {
  const ITEM = '8.1.4.3.b'
  const decision = (version: number) => ({ system: portal, itemId: ITEM, version })

  test('is not there until the check has run; items without a check have none', async () => {
    await expect(acceptProposal(world.docs, { ...decision(0), digest: 'x' }, context)).rejects.toMatchObject({
      code: 'MLP-023',
    })
    await expect(
      overrideProposal(world.docs, { ...decision(0), value: 'compliant', reason: 'x' }, context),
    ).rejects.toMatchObject({ code: 'MLP-023' })
    await expect(runCheck(portal, '8.1.1.1.a', world.context)).rejects.toMatchObject({ code: 'MLP-023' })
    await expect(runCheck(portal, '1.1.1.1.a', world.context)).rejects.toMatchObject({ code: 'MLP-022' })
  })

  test('that cannot tell proposes nothing: it is neither pending nor to be accepted', async () => {
    const { doc, version } = await runCheck(portal, ITEM, world.context)
    expect(doc.proposal?.state).toBe('cannot_tell')
    expect(doc.value).toBe('not_assessed')
    expect(isPending(doc)).toBe(false)
    const digest = doc.proposal!.digest
    await expect(acceptProposal(world.docs, { ...decision(version), digest }, context)).rejects.toMatchObject({
      code: 'MLP-024',
    })
  })

  test('accepted, it becomes the value with its evidence; it asks again only when the state turns', async () => {
    await world.send([auditRecord(NOW - 2 * HOUR)])
    const run = await runCheck(portal, ITEM, { ...world.context, actor: officer })
    expect(await lastAudit()).toMatchObject({
      action: 'result.checked',
      actor: { id: 'wu' },
      after: { state: 'holds' },
    })
    expect(run.doc.value).toBe('not_assessed')
    expect(isPending(run.doc)).toBe(true)
    const digest = run.doc.proposal!.digest
    await expect(
      acceptProposal(world.docs, { ...decision(1), digest: 'sha-256:other' }, context),
    ).rejects.toMatchObject({ code: 'DOC-409' })
    const accepted = await acceptProposal(world.docs, { ...decision(1), digest }, context)
    expect(accepted.doc).toMatchObject({
      value: 'compliant',
      source: 'accepted',
      evidenceDigest: digest,
      author: { id: 'wu' },
    })
    expect(accepted.doc.history.at(-1)?.evidence).toEqual(run.doc.proposal)
    expect(await lastAudit()).toMatchObject({
      action: 'result.accepted',
      after: { value: 'compliant', evidenceDigest: digest },
    })
    expect(isPending(accepted.doc)).toBe(false)

    const later = await runCheck(portal, ITEM, { ...world.context, clock: () => NOW + HOUR })
    expect(later.doc.proposal?.digest).not.toBe(digest)
    expect(later.doc.evidenceDigest).toBe(digest)
    expect(isPending(later.doc)).toBe(false)
    await world.send([auditRecord(NOW - HOUR, { user: undefined })])
    const turned = await runCheck(portal, ITEM, world.context)
    expect([turned.doc.value, turned.doc.proposal?.state]).toEqual(['compliant', 'fails'])
    expect(isPending(turned.doc)).toBe(true)
    const { version } = turned
    expect(
      (await acceptProposal(world.docs, { ...decision(version), digest: turned.doc.proposal!.digest }, context)).doc
        .value,
    ).toBe('not_compliant')
  })

  test('overridden, the reason and what was proposed are kept', async () => {
    await world.send([auditRecord(NOW - HOUR, { user: undefined })])
    const { version, doc } = await runCheck(portal, ITEM, world.context)
    const override = (reason: string) =>
      overrideProposal(world.docs, { ...decision(version), value: 'compliant', reason }, context)
    await expect(override(' ')).rejects.toMatchObject({ code: 'MLP-020' })
    const overridden = await override('设备自检记录，无用户')
    expect(overridden.doc).toMatchObject({ value: 'compliant', source: 'overridden', reason: '设备自检记录，无用户' })
    expect(overridden.doc.history.at(-1)?.evidence).toEqual(doc.proposal)
    expect(await lastAudit()).toMatchObject({ action: 'result.overridden', reason: '设备自检记录，无用户' })
    expect(isPending(overridden.doc)).toBe(false)
    expect((await world.docs.verifyAudit()).broken).toBeUndefined()
  })

  test('all checks of all systems with a checklist run, and their proposals are counted', async () => {
    await world.docs.put('system', 'portal', portal, { version: 0 })
    const office: System = { ...portal, id: 'office', level: 2 }
    await world.docs.put('system', 'office', office, { version: 0 })
    await world.addHosts()
    await world.docs.put('scan', 'a', scan(NOW), { version: 0 })
    await world.send([sshLogin('web-1', NOW - HOUR), sshLogin('web-2', NOW - HOUR)])
    expect(await runAll(world.context)).toEqual({ systems: 1, runs: 5 })
    const entries = await openChecklist(world.docs, portal)
    const states = new Map(entries.map((e) => [e.item.id, e.result.doc.proposal?.state]))
    expect(['8.1.4.3.a', '8.1.4.3.b', '8.1.5.4.d', '8.1.4.4.e', '8.1.3.3.d'].map((id) => states.get(id))).toEqual([
      'holds',
      'holds',
      'fails',
      'holds',
      'cannot_tell',
    ])
    expect(summary(entries)).toMatchObject({ proposals: 4, not_assessed: 257, rate: null })
  })

  test('a check that cannot be run says so and cannot tell; the others run', async () => {
    await world.docs.put('system', 'portal', portal, { version: 0 })
    await world.docs.put('scan', 'a', scan(NOW), { version: 0 })
    await world.events.close()
    expect((await runAll(world.context)).runs).toBe(5)
    const { doc } = (await entry('8.1.4.3.b')).result
    expect(doc.proposal).toMatchObject({ state: 'cannot_tell', why: { key: 'unavailable' } })
    expect((await entry('8.1.4.4.e')).result.doc.proposal?.state).toBe('holds')
  })

  test('the rate counts compliant items of those that apply', async () => {
    await set('8.1.1.1.a', 'compliant', null)
    await set('8.1.1.1.b', 'not_applicable', '没有此类设施')
    expect(summary(await openChecklist(world.docs, portal))).toMatchObject({
      compliant: 1,
      not_applicable: 1,
      not_assessed: 255,
      rate: 1 / 256,
    })
  })
})

describe('the gap list', () => {
  const list = async (language: 'zh' | 'en') =>
    gapCsv(portal, await openChecklist(world.docs, portal), { language, unit: '珠城', now: NOW })

  test('is a self-assessment in either language, and never the report of a licensed body', async () => {
    await set('8.1.1.1.a', 'partly_compliant', '见照片')
    await set('8.1.1.1.b', 'not_compliant', '没有')
    await set('8.1.1.2.a', 'compliant', null)
    const zh = await list('zh')
    expect(zh.startsWith('\ufeff"等级保护自查差距清单"\r\n')).toBe(true)
    expect(zh).not.toContain('测评报告')
    const items = zh.split('\r\n').filter((l) => l.startsWith('"8.1.'))
    expect(items.map((l) => l.split(',')[0])).toEqual(['"8.1.1.1.b"', '"8.1.1.1.a"'])
    expect(items[1]).toContain('"部分符合","见照片"')
    const en = await list('en')
    expect(en).toContain('Self-assessment')
    expect(en).toContain('"Not compliant"')
    expect(en).toContain('not assessed 254')
  })

  test('what a spreadsheet would run as a formula is text, and quotes, commas and line feeds stay in their cell', async () => {
    const texts = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '|calc', '%0a=1', '＝1', 'a "b", c\nd']
    const items = checklistItems(portal)
    for (const [i, text] of texts.entries()) {
      const put = {
        system: { ...portal, name: '=cmd' },
        itemId: items[i]!.id,
        version: 0,
        value: 'not_compliant',
        reason: text,
      } as const
      await setResult(world.docs, put, { ...context, actor: { ...officer, name: '=HYPERLINK("x")' } })
    }
    const csv = gapCsv({ ...portal, name: '=cmd' }, await openChecklist(world.docs, portal), {
      language: 'zh',
      unit: '=x',
      now: NOW,
    })
    const cells = [...csv.slice(1).matchAll(/"((?:[^"]|"")*)"/g)].map((m) => m[1]!.replaceAll('""', '"'))
    expect(cells.filter((c) => /^\s*[=+\-@|%＝]/.test(c))).toEqual([])
    expect(cells).toContain("'=1+1")
    expect(cells).toContain('a "b", c\nd')
    expect(cells).toContain(`'=HYPERLINK("x")`)
  })

  test('shows what an accepted proposal rests on', async () => {
    await world.send([auditRecord(NOW - HOUR, { user: undefined })])
    const { version, doc } = await runCheck(portal, '8.1.4.3.b', world.context)
    const digest = doc.proposal!.digest
    await acceptProposal(world.docs, { system: portal, itemId: '8.1.4.3.b', version, digest }, context)
    expect(await list('zh')).toContain(`要素不全（缺时间 0、缺用户 1、缺类型 0、缺成败 0）。 ${digest}`)
    expect(await list('en')).toContain('1 of 1 audit records')
  })
})

test('reasons and words name the same values in both languages', () => {
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort()
  for (const texts of [CHECK_TEXTS, GAP_TEXTS] as { zh: Record<string, string>; en: Record<string, string> }[]) {
    for (const key of Object.keys(texts.zh)) expect([key, names(texts.en[key]!)]).toEqual([key, names(texts.zh[key]!)])
  }
})
