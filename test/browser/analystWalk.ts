import { randomUUID } from 'node:crypto'
import type { Browser, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { until } from '../support/server.ts'
import { expectQuiet, type Language, openView, type Stage, signIn } from './rig.ts'

const DAY = 86_400_000

const SAYS = {
  zh: {
    rules: '检测规则',
    import: '导入规则',
    choose: '选择文件',
    result: '导入结果',
    imported: '已导入 1 条规则，1 条未载入',
    refused: '修饰符 “contians” 不存在，是否指 “contains”？',
    seeProblems: '查看全部问题',
    problemTable: '规则的问题列表',
    notLoaded: '未载入',
    problemDrawer: '规则问题详情',
    find: '筛选规则',
    ruleTable: '检测规则列表',
    lines: '带行号的规则原文',
    hunt: '威胁狩猎',
    huntTable: '规则命中的日志',
    huntEmpty: '此时段没有这条规则命中的日志。',
    noEvents: '此时段没有符合条件的日志。',
    noIncidents: '没有符合查询的安全事件。',
    range: /^时间范围/,
    last7d: '近 7 天',
    run: '回溯运行',
    yesterday: '昨天',
    start: '开始运行',
    runDrawer: '规则运行详情',
    done: '已完成',
    signals: '写入告警',
    seeIncidents: '看安全事件',
    incidentTable: '安全事件列表',
    evidence: '证据',
    tree: '逐条说明',
    similar: '相似日志为何未命中？',
    whyNot: '规则为何未命中这条日志',
    missed: '规则没有命中这条日志。',
    lacks: '只差一个条件：',
    close: '关闭',
    except: '新建例外',
    query: '条件（KQL）',
    preview: '近 7 天本规则命中的日志中，有 1 条符合，会被抑制。',
    days: '30 天',
    reason: '理由',
    why: '年度审计，已电话核实。',
    create: '建立例外',
    created: /的例外已建立/,
    toRule: '检测规则',
    exceptions: /^例外/,
    exceptionTable: '规则例外列表',
    exceptionDrawer: '规则例外详情',
    keptBack: '已抑制 1 条日志',
    seeEvents: '查看最近 1 条',
    end: '提前结束',
    endTitle: '提前结束这条例外',
    ended: '例外已结束',
    eventTable: '日志列表',
    signalTab: /^告警/,
    signalTable: '这条规则的告警',
  },
  en: {
    rules: 'Rules',
    import: 'Import rules',
    choose: 'Choose files',
    result: 'Result of the import',
    imported: '1 rules imported, 1 refused',
    refused: 'there is no modifier "contians"; did you mean "contains"?',
    seeProblems: 'See all problems',
    problemTable: 'List of problems of rules',
    notLoaded: 'Refused',
    problemDrawer: 'Problem of a rule',
    find: 'Filter rules',
    ruleTable: 'List of rules',
    lines: 'Text of the rule with line numbers',
    hunt: 'Hunt',
    huntTable: 'Events that the rule matches',
    huntEmpty: 'The rule matches no event in this range.',
    noEvents: 'No event in this range matches.',
    noIncidents: 'No incident matches the query.',
    range: /^Time range/,
    last7d: 'Last 7 days',
    run: 'Run over the past',
    yesterday: 'Yesterday',
    start: 'Start run',
    runDrawer: 'Run',
    done: 'Done',
    signals: 'Signals',
    seeIncidents: 'See incidents',
    incidentTable: 'List of incidents',
    evidence: 'Evidence',
    tree: 'Clause by clause',
    similar: 'Why did a similar event not match?',
    whyNot: 'Why a rule did not match this event',
    missed: 'The rule does not match this event.',
    lacks: 'One clause is missing:',
    close: 'Close',
    except: 'New exception',
    query: 'Condition (KQL)',
    preview: 'Of the events that this rule matched in the last 7 days, 1 fit and would be kept back.',
    days: '30 days',
    reason: 'Reason',
    why: 'Yearly audit, verified by telephone.',
    create: 'Create exception',
    created: /^Exception to .* created/,
    toRule: 'Rule',
    exceptions: /^Exceptions/,
    exceptionTable: 'List of exceptions',
    exceptionDrawer: 'Exception',
    keptBack: '1 events kept back',
    seeEvents: 'See the latest 1',
    end: 'End early',
    endTitle: 'End this exception early',
    ended: 'The exception has ended',
    eventTable: 'List of events',
    signalTab: /^Signals/,
    signalTable: 'Signals of this rule',
  },
} as const

/** A rule about an act that nobody in the demo does; the second text has a modifier that there is not. */
function ruleTexts(title: string, action: string): readonly [good: string, bad: string] {
  const good = `title: ${title}
id: ${randomUUID()}
status: test
description: An account exported the population registry.
tags:
  - attack.collection
  - attack.t1005
logsource:
  product: egov
  service: audit
detection:
  selection:
    event.action: ${action}
    event.outcome: success
  condition: selection
falsepositives:
  - The yearly audit
level: high
`
  const bad = good.replace(/id: .*/, `id: ${randomUUID()}`).replace('event.action:', 'event.action|contians:')
  return [good, bad]
}

/** Sends one line of an application's audit log as its shipper would. */
async function send(stage: Stage, at: number, action: string, user: string, outcome: string): Promise<void> {
  const response = await fetch(`${stage.demo.ingest}/ingest`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${stage.demo.ingestKey}`, 'Content-Type': 'application/x-ndjson' },
    body: `${JSON.stringify({
      '@timestamp': new Date(at).toISOString(),
      event: { dataset: 'application.audit', action, outcome, original: `${user} ${action} registry ${outcome}` },
      user: { name: user },
      host: { name: `registry-${user}` },
      message: `${user} ${action} registry ${outcome}`,
    })}\n`,
  })
  expect(response.status).toBe(200)
}

/** Yesterday at noon where the reader is (UTC+8). */
function yesterdayNoon(now: number): number {
  const zone = 8 * 3_600_000
  return Math.floor((now + zone) / DAY) * DAY - zone - DAY / 2
}

/** Loads a list again until it tells what is awaited. */
async function reloadUntil(page: Page, what: string, ask: () => Promise<boolean>): Promise<void> {
  await until(
    what,
    async () => {
      if (await ask()) return true
      await page.reload()
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      return undefined
    },
    60_000,
  )
}

/** An analyst brings a rule, tries it on the past, follows what it opens and excepts what is lawful, by what stands there. */
export function analystWalk(browser: () => Browser, stage: () => Stage, language: Language): void {
  describe(`an analyst's way with a rule of his own, in ${language}`, () => {
    it('imports it, sees what is refused, runs it over yesterday, asks why and why not, makes an exception that acts, and ends it', async () => {
      const view = await openView(browser(), { language })
      const { page } = view
      const t = SAYS[language]
      const title = `Registry export ${language} ${Date.now()}`
      const action = `registry_export_${Date.now()}`
      const user = `registrar-${language}-${Date.now()}`
      const noon = yesterdayNoon(Date.now())
      // Yesterday somebody exported the registry, and failed to a moment later. No rule looked for it then.
      await send(stage(), noon, action, user, 'success')
      await send(stage(), noon + 60_000, action, user, 'failure')

      await signIn(page, stage(), 'analyst', language)
      await page.getByRole('link', { name: t.rules }).first().click()
      await page.getByRole('button', { name: t.import }).click()
      const dialog = page.getByRole('dialog', { name: t.import })
      const [good, bad] = ruleTexts(title, action)
      const chooser = page.waitForEvent('filechooser')
      await dialog.getByRole('button', { name: t.choose, exact: true }).click()
      await (await chooser).setFiles([
        { name: `${action}.yml`, mimeType: 'application/yaml', buffer: Buffer.from(good) },
        { name: `${action}_wrong.yml`, mimeType: 'application/yaml', buffer: Buffer.from(bad) },
      ])
      await dialog.getByRole('button', { name: t.import, exact: true }).click()
      const result = page.getByRole('dialog', { name: t.result })
      await result.getByText(t.imported).waitFor()
      await result.getByText(t.refused).waitFor()
      await result.getByText(`${action}_wrong.yml:13:18`).waitFor()

      await result.getByRole('link', { name: t.seeProblems }).click()
      const problem = page
        .getByRole('table', { name: t.problemTable })
        .getByRole('row')
        .filter({ hasText: `${action}_wrong.yml` })
      await problem.getByText(t.refused).waitFor()
      await problem.getByText(t.notLoaded).waitFor()
      // Its text with the place marked.
      await problem.getByRole('button').click()
      const wrong = page.getByRole('complementary', { name: t.problemDrawer })
      await wrong.getByRole('group', { name: t.lines }).getByText('contians', { exact: true }).waitFor()

      // The good one stands in the list and opens with its text.
      await page.getByRole('link', { name: t.rules }).first().click()
      await page.getByLabel(t.find).fill(title)
      await page.getByRole('table', { name: t.ruleTable }).getByRole('link', { name: title }).click()
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      await page.getByRole('group', { name: t.lines }).getByText(action).waitFor()
      const address = new URL(page.url())

      // What it would have caught: the hunt finds the one event of yesterday, once it is stored.
      await page.getByRole('link', { name: t.hunt }).click()
      await page.getByRole('button', { name: t.range }).click()
      await page.getByRole('menuitem', { name: t.last7d }).click()
      const hunt = page.getByRole('table', { name: t.huntTable })
      await reloadUntil(page, 'the hunt to find the event', async () => {
        const found = hunt.getByText(`${user} ${action} registry success`)
        await found.or(page.getByText(t.huntEmpty)).first().waitFor()
        return (await found.count()) > 0
      })
      expect(await hunt.getByText('registry failure').count()).toBe(0)

      // It runs over yesterday; the page tells how far it is, and what it found.
      await page.getByRole('button', { name: t.run }).click()
      const ask = page.getByRole('dialog')
      await ask.getByText(t.yesterday).click()
      await ask.getByRole('button', { name: t.start }).click()
      const run = page.getByRole('complementary', { name: t.runDrawer, exact: true })
      await run.getByRole('progressbar').waitFor()
      await run.getByText(t.done, { exact: true }).waitFor({ timeout: 60_000 })
      expect(await run.locator('dl > div', { hasText: t.signals }).locator('dd').innerText()).toMatch(/^1\b/)

      // Its incident, and why: the tree of the condition with the values that decided.
      await run.getByRole('link', { name: t.seeIncidents }).click()
      const incident = page.getByRole('table', { name: t.incidentTable }).getByRole('link', { name: title })
      await reloadUntil(page, 'the incident of the run', async () => {
        await incident.or(page.getByText(t.noIncidents)).first().waitFor()
        return (await incident.count()) > 0
      })
      await incident.first().click()
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      const evidence = page.getByRole('region', { name: t.evidence })
      await evidence.getByLabel(t.tree).first().getByText(action).first().waitFor()
      expect(await evidence.locator('mark').allInnerTexts()).toContainEqual(expect.stringContaining(action))

      // Why not the other one: it failed, and that is the clause it missed.
      await evidence.getByRole('button', { name: t.similar }).click()
      const why = page.getByRole('dialog', { name: t.whyNot })
      await why.getByRole('button', { name: new RegExp(`${user} ${action} registry failure`) }).click()
      await why.getByText(t.missed).waitFor()
      const verdict = why.getByRole('status').filter({ hasText: t.missed })
      expect(await verdict.innerText()).toContain(t.lacks)
      expect(await verdict.innerText()).toContain('event.outcome')
      await why.getByRole('button', { name: t.close }).first().click()
      await why.waitFor({ state: 'hidden' })

      // It was lawful: an exception for this account, told beforehand what it would keep back.
      await evidence.getByRole('button', { name: t.except }).click()
      const exception = page.getByRole('dialog')
      expect(await exception.getByLabel(t.query).inputValue()).toBe(`user.name: "${user}"`)
      await exception.getByText(t.preview).waitFor()
      await exception.getByText(t.days, { exact: true }).click()
      await exception.getByRole('button', { name: t.create }).click()
      // Without a reason it stays open and says so.
      await expect.poll(() => exception.getByLabel(t.reason).getAttribute('aria-invalid')).toBe('true')
      await exception.getByLabel(t.reason).fill(t.why)
      await exception.getByRole('button', { name: t.create }).click()
      await exception.waitFor({ state: 'hidden' })
      await page.getByRole('status').getByText(t.created).waitFor()

      // He does it again: the exception keeps it back and counts it; no signal is added.
      await send(stage(), Date.now(), action, user, 'success')
      await evidence.getByRole('link', { name: t.toRule, exact: true }).click()
      await page.getByRole('heading', { level: 1, name: title }).waitFor()
      expect(new URL(page.url()).pathname).toBe(address.pathname)
      await page.getByRole('link', { name: t.exceptions }).click()
      const row = page.getByRole('table', { name: t.exceptionTable }).getByRole('row').nth(1)
      await row.getByText(`user.name: "${user}"`).waitFor()
      await reloadUntil(
        page,
        'the exception to keep the event back',
        async () => (await row.getByRole('cell').last().innerText()) === '1',
      )
      await page.getByRole('link', { name: t.signalTab }).click()
      const signals = page.getByRole('table', { name: t.signalTable })
      await signals.getByText(user).waitFor()
      expect(await signals.getAttribute('aria-rowcount')).toBe('2')

      // What it kept back is one click away.
      await page.getByRole('link', { name: t.exceptions }).click()
      await row.getByRole('button').click()
      const drawer = page.getByRole('complementary', { name: t.exceptionDrawer, exact: true })
      await drawer.getByText(t.keptBack).first().waitFor()
      await drawer.getByText(t.why).waitFor()
      await drawer.getByRole('link', { name: t.seeEvents }).click()
      const events = page.getByRole('table', { name: t.eventTable })
      await reloadUntil(page, 'the event that was kept back', async () => {
        const found = events.getByText(`${user} ${action} registry success`)
        await found.or(page.getByText(t.noEvents)).first().waitFor()
        return (await found.count()) > 0
      })
      expect(await events.getAttribute('aria-rowcount')).toBe('2')

      // The exception ends; he does it once more, and the rule fires again.
      await page.goto(address.href)
      await page.getByRole('link', { name: t.exceptions }).click()
      await row.getByRole('button').click()
      await drawer.getByRole('button', { name: t.end, exact: true }).click()
      await page.getByRole('dialog', { name: t.endTitle }).getByRole('button', { name: t.end, exact: true }).click()
      await page.getByRole('status').getByText(t.ended).waitFor()
      await send(stage(), Date.now(), action, user, 'success')
      await page.goto(address.href)
      await page.getByRole('link', { name: t.signalTab }).click()
      await reloadUntil(page, 'the rule to fire again', async () => {
        await signals.getByText(user).first().waitFor()
        return (await signals.getAttribute('aria-rowcount')) === '3'
      })
      expectQuiet(view)
      await view.context.close()
    })
  })
}
