import type { Browser, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violations } from '../support/browser.ts'
import { pagesIn } from './pages.ts'
import { expectQuiet, type Language, openView, type Stage, signIn } from './rig.ts'

/** axe on every page in both languages and both colours; and no page scrolls sideways at 320 px, in either language. */
export function accessibility(browser: () => Browser, stage: () => Stage): void {
  // Words do not change with colours, nor colours with words: two looks see all of both.
  describe.each([
    ['zh', 'light'],
    ['en', 'dark'],
  ] as const)('every page in %s, %s', (language, theme) => {
    it('breaks no rule of axe', async () => {
      const found: string[] = []
      const pages = pagesIn(language)
      for (const role of new Set(pages.map(([r]) => r))) {
        const view = await openView(browser(), { language, theme })
        const { page } = view
        if (role !== 'nobody') await signIn(page, stage(), role, language)
        for (const [r, address, ready] of pages) {
          if (r !== role) continue
          await visit(page, stage(), address)
          await ready(page)
          expect(await page.locator('html').getAttribute('lang')).toMatch(language)
          found.push(...(await violations(page)).map((v) => `${role} ${address}: ${v}`))
        }
        expectQuiet(view)
        await view.context.close()
      }
      expect(found).toEqual([])
    }, 600_000)
  })

  describe.each(['zh', 'en'] as const)('every page in %s on a screen of 320 px', (language: Language) => {
    it('reads without scrolling sideways', async () => {
      const wide: string[] = []
      const pages = pagesIn(language)
      for (const role of new Set(pages.map(([r]) => r))) {
        const view = await openView(browser(), { language, width: 320 })
        const { page } = view
        if (role !== 'nobody') await signIn(page, stage(), role, language)
        for (const [r, address] of pages) {
          if (r !== role) continue
          await visit(page, stage(), address)
          await page.getByRole('heading', { level: 1 }).first().waitFor()
          const width = await page.evaluate(() => document.documentElement.scrollWidth)
          if (width > 320) wide.push(`${role} ${address}: ${width} px`)
        }
        await view.context.close()
      }
      expect(wide).toEqual([])
    }, 300_000)
  })
}

/** An address, or by one word the first of its kind, opened by what a person would click. */
async function visit(page: Page, stage: Stage, address: string): Promise<void> {
  const first = async (list: string, kind: 'link' | 'button') => {
    await page.goto(`${stage.demo.http}${list}`)
    await page.getByRole('table').getByRole(kind).first().click()
  }
  if (address === 'incident') await first('/incidents', 'link')
  else if (address === 'rule') await first('/rules', 'link')
  else if (address === 'finding') await first('/findings', 'button')
  else if (address === 'event') await first('/events?q=event.original:*', 'button')
  else await page.goto(`${stage.demo.http}${address}`)
}
