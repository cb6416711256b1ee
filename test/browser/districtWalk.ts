import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, openView, type Stage, signIn } from './rig.ts'

/** A district's user meets nothing of the city: no incident, no event, no checklist, not even by its address. */
export function districtWalk(browser: () => Browser, stage: () => Stage): void {
  describe('a district user', () => {
    it('sees none of the city’s incidents, events and checklists, by menu or by address', async () => {
      const analyst = await openView(browser(), { language: 'zh' })
      await signIn(analyst.page, stage(), 'analyst', 'zh')
      const addresses: string[] = []
      for (const view of ['open', 'closed']) {
        await analyst.page.goto(`${stage().demo.http}/incidents?view=${view}`)
        const links = analyst.page.getByRole('table', { name: '安全事件列表' }).getByRole('link')
        await links.first().waitFor()
        addresses.push(...(await links.evaluateAll((found) => found.map((l) => l.getAttribute('href') ?? ''))))
      }
      const foreign = addresses.filter((a) => !a.includes('/YP-'))
      expect(foreign.length).toBeGreaterThan(0)
      await analyst.context.close()

      const view = await openView(browser(), { language: 'zh' })
      const { page } = view
      await signIn(page, stage(), 'unit_user', 'zh')
      for (const tab of ['open', 'closed']) {
        await page.goto(`${stage().demo.http}/incidents?view=${tab}`)
        await page.getByRole('table', { name: '安全事件列表' }).waitFor()
        await page
          .getByRole('contentinfo')
          .getByText(/更新于/)
          .waitFor()
        const text = await page.getByRole('table', { name: '安全事件列表' }).innerText()
        expect(text).not.toMatch(/\bYZ-\d{4}-/)
        expect(text).not.toContain('珠好办政务服务门户')
      }
      for (const address of foreign) {
        await page.goto(`${stage().demo.http}${address}`)
        await page.getByText('没有这一页，或者你看不到它。').waitFor()
      }
      await page.goto(`${stage().demo.http}/systems/portal/checklist`)
      await page.getByText('没有这一页，或者你看不到它。').waitFor()
      await page.goto(`${stage().demo.http}/systems`)
      await page.getByRole('table', { name: '定级对象列表' }).waitFor()
      expect(await page.getByText('珠好办政务服务门户').count()).toBe(0)
      expectQuiet(view)
      await view.context.close()
    })
  })
}
