import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, type Language, openView, type Stage, signIn } from './rig.ts'

const SAYS = {
  zh: {
    ask: '某条规则为何未命中？',
    dialog: '规则为何未命中这条日志',
    find: '查找规则',
    not: '规则没有命中这条日志。',
    missed: '差在这里',
  },
  en: {
    ask: 'Why did a rule not match?',
    dialog: 'Why a rule did not match this event',
    find: 'Find a rule',
    not: 'The rule does not match this event.',
    missed: 'Missed here',
  },
} as const

/** From an event: an analyst asks by the keyboard alone why a rule did not match it. */
export function whyNotWalk(browser: () => Browser, stage: () => Stage, language: Language): void {
  describe(`asking of an event why a rule did not match it, in ${language}`, () => {
    it('takes keys only, keeps the question in the address, and gives the page back as it was', async () => {
      const view = await openView(browser(), { language })
      const { page } = view
      const t = SAYS[language]
      await signIn(page, stage(), 'analyst', language)
      await page.goto(`${stage().demo.http}/events?q=event.dataset: nginx.access`)
      await page.getByRole('table').getByRole('button').first().waitFor()
      await page.keyboard.press('x')
      const ask = page.getByRole('button', { name: t.ask })
      await ask.focus()
      await page.keyboard.press('Enter')
      const dialog = page.getByRole('dialog', { name: t.dialog })
      await dialog.getByLabel(t.find).focus()
      // A rule of another log source.
      await page.keyboard.type('ssh')
      const found = dialog.getByRole('list').getByRole('button', { name: /SSH/i }).first()
      const title = await found.innerText()
      await found.focus()
      await page.keyboard.press('Enter')
      await dialog.getByText(t.not).waitFor()
      await dialog.getByText(title.trim()).waitFor()
      expect(await dialog.getByText(t.missed).count()).toBeGreaterThan(0)
      expect(new URL(page.url()).searchParams.get('why')).toMatch(/^[0-9a-f-]{36}$/)

      await page.reload()
      await dialog.getByText(t.not).waitFor()
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'hidden' })
      const { searchParams } = new URL(page.url())
      expect([searchParams.has('why'), searchParams.has('sel')]).toEqual([false, true])
      await ask.waitFor()
      expectQuiet(view)
      await view.context.close()
    })
  })
}
