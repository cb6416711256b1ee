import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, type Language, openView, type Stage, signIn, WORDS } from './rig.ts'

const SAYS = {
  zh: {
    table: '安全事件列表',
    condition: '条件',
    assign: /^指派/,
    assignMe: '指派给我',
    assigned: /已指派给/,
    comment: '写评论',
    send: '发表评论',
    status: /^更改状态/,
    falsePositive: '标为误报',
    why: '为什么是误报',
    isFalse: '误报',
    open: '在日志检索中打开',
    eventTable: '日志列表',
    raw: '复制原文',
  },
  en: {
    table: 'List of incidents',
    condition: 'Condition',
    assign: /^Assign:/,
    assignMe: 'Assign to me',
    assigned: /Assigned to/,
    comment: 'Write a comment',
    send: 'Post comment',
    status: /^Change status/,
    falsePositive: 'Mark as false positive',
    why: 'Why it is a false positive',
    isFalse: 'False positive',
    open: 'Open in events',
    eventTable: 'List of events',
    raw: 'Copy raw line',
  },
} as const

/** An analyst works the top incident from sign-in to the event behind it, by what stands on the screen. */
export function incidentWalk(browser: () => Browser, stage: () => Stage, language: Language): void {
  describe(`an analyst's way through an incident, in ${language}`, () => {
    it('signs in, opens the top incident, sees why, assigns, comments, closes it as false and finds the event again', async () => {
      const view = await openView(browser(), { language })
      const { page } = view
      const t = SAYS[language]
      await signIn(page, stage(), 'analyst', language)

      await page.getByRole('link', { name: WORDS[language].incidents }).first().click()
      const table = page.getByRole('table', { name: t.table })
      const top = table.getByRole('row').nth(1)
      const title = await top.getByRole('link').innerText()
      await top.getByRole('link').click()
      await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()

      // Why it fired: the clauses of the rule, their values marked in the raw line, and the fields that hold them.
      const evidence = page.getByRole('region', { name: language === 'zh' ? '证据' : 'Evidence' })
      await evidence.getByText(t.condition).waitFor()
      const marks = evidence.locator('mark')
      await marks.first().waitFor()
      const marked = await marks.allInnerTexts()
      expect(marked.length).toBeGreaterThan(0)
      const raw = (await evidence.locator('pre').first().innerText()).replace(/\s+/g, ' ')
      const field = await evidence
        .locator('dl > div', { has: page.locator('mark') })
        .first()
        .locator('dt')
        .innerText()
      expect(field).toMatch(/^[a-z_]+(\.[a-z_]+)+$/)

      await page.getByRole('button', { name: t.assign }).click()
      await page.getByRole('menuitem', { name: t.assignMe }).click()
      await page.getByRole('status').getByText(t.assigned).waitFor()

      const word = language === 'zh' ? '已电话核实，属授权操作。' : 'Verified by telephone: authorised work.'
      await page.getByLabel(t.comment).fill(word)
      await page.getByRole('button', { name: t.send }).click()
      await page.getByText(word).waitFor()

      await page.getByRole('button', { name: t.status }).click()
      await page.getByRole('menuitem', { name: t.falsePositive }).click()
      const dialog = page.getByRole('dialog', { name: t.falsePositive })
      await dialog.getByRole('button', { name: t.falsePositive }).click()
      // Without a reason it stays open and says so.
      await expect.poll(() => dialog.getByLabel(t.why).getAttribute('aria-invalid')).toBe('true')
      await dialog.getByLabel(t.why).fill(word)
      await dialog.getByRole('button', { name: t.falsePositive }).click()
      await dialog.waitFor({ state: 'hidden' })
      await page
        .getByRole('button', {
          name: new RegExp(`^${language === 'zh' ? '更改状态' : 'Change status'}: ${t.isFalse}$`),
        })
        .waitFor()

      // The same event, found again by searching.
      await evidence.getByRole('link', { name: t.open }).click()
      const events = page.getByRole('table', { name: t.eventTable })
      await expect.poll(() => events.getAttribute('aria-rowcount')).toBe('2')
      await events.getByRole('button', { name: t.raw }).waitFor()
      const found = (await events.locator('pre').first().innerText()).replace(/\s+/g, ' ')
      // The raw line of the evidence carries the numbers of its marks.
      const plain = (text: string) => text.replace(/[\s\d,]/g, '')
      expect(plain(found)).toBe(plain(raw))

      // It left the queue of what is open and stands among what is closed.
      await page.getByRole('link', { name: WORDS[language].incidents }).first().click()
      await table.getByRole('row').nth(1).waitFor()
      await page.getByRole('link', { name: language === 'zh' ? /^已关闭/ : /^Closed/ }).click()
      await table.getByText(title).waitFor()
      expectQuiet(view)
      await view.context.close()
    })
  })
}
