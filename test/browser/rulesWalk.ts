import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, type Language, openView, type Stage, signIn } from './rig.ts'

const SAYS = {
  zh: {
    table: '检测规则列表',
    find: '筛选规则',
    sort: /^排序/,
    most: '告警最多',
    spraying: '同一地址尝试大量应用账号',
    failed: '应用登录失败',
    signals: /^告警/,
    signalTable: '这条规则的告警',
    evidence: '证据',
    correlation: '关联规则',
    events: '10 条日志',
    eventTable: '日志列表',
    rule: '检测规则',
    serves: '所属关联规则',
    silent: /只供以下关联规则计数/,
    ask: '某条规则为何未命中？',
    dialog: '规则为何未命中这条日志',
    findRule: '查找规则',
    counts: /关联规则会计入这条日志/,
    other: '换一条规则',
    matches: '规则命中这条日志。',
    raisesNone: /命中本身不产生告警/,
  },
  en: {
    table: 'List of rules',
    find: 'Filter rules',
    sort: /^Sort/,
    most: 'most signals',
    spraying: 'One address tries many application accounts',
    failed: 'Application sign-in failed',
    signals: /^Signals/,
    signalTable: 'Signals of this rule',
    evidence: 'Evidence',
    correlation: 'Correlation',
    events: '10 events',
    eventTable: 'List of events',
    rule: 'Rule',
    serves: 'Serves correlations',
    silent: /only serve these correlations/,
    ask: 'Why did a rule not match?',
    dialog: 'Why a rule did not match this event',
    findRule: 'Find a rule',
    counts: /The correlation counts this event/,
    other: 'Choose another rule',
    matches: 'The rule matches this event.',
    raisesNone: /its matches raise no signals/,
  },
} as const

/** From the rules that raise most to a correlation: why it fired, which events it counted, and what its base rule says of one. */
export function rulesWalk(browser: () => Browser, stage: () => Stage, language: Language): void {
  describe(`an analyst's way from the noisiest rules to a correlation, in ${language}`, () => {
    it('sorts by signals, reads what the correlation asked, opens what it counted and asks its base rule', async () => {
      const view = await openView(browser(), { language })
      const { page } = view
      const t = SAYS[language]
      await signIn(page, stage(), 'analyst', language)
      await page.goto(`${stage().demo.http}/rules`)
      const table = page.getByRole('table', { name: t.table })
      await page.getByRole('button', { name: t.sort }).click()
      await page.getByRole('menuitemradio', { name: t.most }).click()
      const hits = async () => {
        const rows = await table.getByRole('row').all()
        const cells = await Promise.all(rows.slice(1, 16).map((r) => r.getByRole('cell').nth(6).innerText()))
        return cells.map(Number)
      }
      await expect.poll(async () => (await hits())[0]).toBeGreaterThan(1)
      const seen = await hits()
      expect(seen).toEqual(seen.toSorted((a, b) => b - a))

      // A rule found, opened and left again: the list is as it was.
      await page.getByLabel(t.find).fill(t.spraying)
      await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('2')
      await table.getByRole('link', { name: t.spraying }).click()
      await page.getByRole('heading', { level: 1, name: t.spraying }).waitFor()
      await page.keyboard.press('Escape')
      await expect.poll(() => page.getByLabel(t.find).inputValue()).toBe(t.spraying)
      expect(new URL(page.url()).searchParams.get('sort')).toBe('hits')

      // Its signal, what it asked and what it saw.
      await table.getByRole('link', { name: t.spraying }).click()
      await page.getByRole('link', { name: t.signals }).click()
      await page.getByRole('table', { name: t.signalTable }).getByRole('link').first().click()
      const evidence = page.getByRole('region', { name: t.evidence })
      const asked = evidence.getByRole('list', { name: t.correlation, exact: true })
      await asked.getByText('value_count(user.name) gte 10, timespan 10m, group-by source.ip').waitFor()
      await asked.getByText('= 10').waitFor()

      // All that it counted.
      await evidence.getByRole('link', { name: t.events, exact: true }).click()
      const events = page.getByRole('table', { name: t.eventTable })
      await expect.poll(() => events.getAttribute('aria-rowcount')).toBe('11')
      await events.getByRole('button').first().waitFor()
      await page.keyboard.press('x')
      await page.getByRole('button', { name: t.ask }).click()
      const dialog = page.getByRole('dialog', { name: t.dialog })
      await dialog.getByLabel(t.findRule).fill(t.spraying)
      await dialog.getByRole('list').getByRole('button', { name: t.spraying }).click()
      await dialog.getByText(t.counts).waitFor()
      await dialog.getByRole('button', { name: t.other }).click()
      await dialog.getByLabel(t.findRule).fill(t.failed)
      await dialog.getByRole('list').getByRole('button', { name: t.failed }).click()
      await dialog.getByText(t.matches).waitFor()
      await dialog.getByText(t.raisesNone).waitFor()
      await page.keyboard.press('Escape')

      // The base rule says so itself, and names what it serves.
      await page.goto(`${stage().demo.http}/rules?q=${encodeURIComponent(t.failed)}`)
      await table.getByRole('link', { name: t.failed }).first().click()
      await page.getByRole('heading', { name: t.serves }).waitFor()
      await page.getByText(t.silent).waitFor()
      await page.getByRole('link', { name: t.spraying }).click()
      await page.getByRole('heading', { level: 1, name: t.spraying }).waitFor()
      expectQuiet(view)
      await view.context.close()
    })
  })
}
