import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, type Language, openView, type Stage, signIn, WORDS } from './rig.ts'

const PORTAL = '珠好办政务服务门户'

const SAYS = {
  zh: {
    only: /^有建议/,
    table: '测评项列表',
    drawer: '测评项与依据',
    check: '检查',
    accept: '接受建议',
    accepted: '已接受建议',
    override: '改判并说明',
    dialog: '改判',
    partly: '部分符合',
    reason: '理由',
    save: '保存改判',
    overridden: '已改判',
    source: ['采纳', '改判'],
    gaps: /导出差距清单/,
    incidents: '安全事件列表',
    rule: /^检测规则$/,
  },
  en: {
    only: /^Proposals/,
    table: 'List of items',
    drawer: 'Item and evidence',
    check: 'Check',
    accept: 'Accept proposal',
    accepted: 'Proposal accepted',
    override: 'Override with reason',
    dialog: 'Override',
    partly: 'Partly compliant',
    reason: 'Reason',
    save: 'Save override',
    overridden: 'Proposal overridden',
    source: ['Accepted', 'Overridden'],
    gaps: /Export gap list/,
    incidents: 'List of incidents',
    rule: /^Rule$/,
  },
} as const

/** A compliance officer opens the portal's checklist and decides on two proposals, by what stands on the screen. */
export function officerWalk(browser: () => Browser, stage: () => Stage, language: Language): void {
  describe(`a compliance officer's way through a checklist, in ${language}`, () => {
    it('opens the portal’s checklist, reads the evidence of a proposal, accepts one and overrides one', async () => {
      const view = await openView(browser(), { language })
      const { page } = view
      const t = SAYS[language]
      await signIn(page, stage(), 'compliance_officer', language)
      await page.getByRole('link', { name: WORDS[language].systems, exact: true }).click()
      await page.getByRole('link', { name: PORTAL }).click()
      await page.getByRole('heading', { level: 1, name: PORTAL }).waitFor()

      await page.getByRole('button', { name: t.only }).click()
      const table = page.getByRole('table', { name: t.table })
      const proposals = table.getByRole('row').filter({ has: page.getByRole('button') })
      await proposals.first().waitFor()
      const before = await proposals.count()
      expect(before).toBeGreaterThan(1)

      await proposals.first().getByRole('button').click()
      const drawer = page.getByRole('complementary', { name: t.drawer })
      await drawer.getByRole('heading', { name: t.check, exact: true }).waitFor()
      // The evidence: the question, the rows that were looked at, their digest.
      expect(await drawer.getByRole('table').getByRole('row').count()).toBeGreaterThan(1)
      expect(await drawer.getByText(/sha-256/).count()).toBeGreaterThan(0)
      await drawer.getByRole('button', { name: t.accept }).click()
      await page.getByRole('status').getByText(t.accepted).waitFor()
      await drawer.getByText(t.source[0]).first().waitFor()
      // The row stays where it is; what still waits is one less, and the next waits below.
      await page.getByRole('button', { name: new RegExp(`${t.only.source} ${before - 1}$`) }).waitFor()
      expect(await proposals.count()).toBe(before)

      await proposals.nth(1).getByRole('button').click()
      await drawer.getByRole('button', { name: t.override }).click()
      const dialog = page.getByRole('dialog', { name: t.dialog })
      await dialog.getByRole('button', { name: t.save }).click()
      await expect.poll(() => dialog.getByLabel(t.reason).getAttribute('aria-invalid')).toBe('true')
      await dialog.getByLabel(t.partly).check()
      const reason =
        language === 'zh' ? '现场抽查两台主机，一台缺记录。' : 'Two hosts checked on site, one lacks records.'
      await dialog.getByLabel(t.reason).fill(reason)
      await dialog.getByRole('button', { name: t.save }).click()
      await page.getByRole('status').getByText(t.overridden).waitFor()
      await drawer.getByText(reason).first().waitFor()
      await drawer.getByText(t.source[1]).first().waitFor()

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: t.gaps }).click(),
      ])
      expect(download.suggestedFilename()).toMatch(/\.csv$/)
      expectQuiet(view)
      await view.context.close()
    })

    it('names an incident’s rule and leads to no page of rules, which is not the officer’s', async () => {
      const view = await openView(browser(), { language })
      const { page } = view
      const t = SAYS[language]
      const rule = page.locator('dt', { hasText: t.rule }).locator('xpath=following-sibling::dd[1]')
      const openTop = async () => {
        await page.goto(`${stage().demo.http}/incidents`)
        await page.getByRole('table', { name: t.incidents }).getByRole('link').first().click()
        await rule.waitFor()
      }
      await signIn(page, stage(), 'compliance_officer', language)
      await openTop()
      expect(await rule.innerText()).not.toBe('')
      expect(await page.getByRole('main').locator('a[href^="/rules"]').count()).toBe(0)
      await page.context().clearCookies()
      await signIn(page, stage(), 'analyst', language)
      await openTop()
      expect(await rule.locator('a[href^="/rules/"]').count()).toBe(1)
      await view.context.close()
    })
  })
}
