import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, type Language, openView, type Stage, signIn } from './rig.ts'

const PORTAL = '珠好办政务服务门户'

const SAYS = {
  zh: {
    incidents: '安全事件列表',
    systems: '定级对象列表',
    updated: /更新于/,
    notFound: '没有这一页，或者你看不到它。',
  },
  en: {
    incidents: 'List of incidents',
    systems: 'List of systems',
    updated: /Updated/,
    notFound: 'There is no such page, or you cannot see it.',
  },
} as const

/** A district's user meets nothing of the city: no incident, no event, no checklist, not even by its address. */
export function districtWalk(browser: () => Browser, stage: () => Stage, language: Language): void {
  const t = SAYS[language]
  describe(`a district user, in ${language}`, () => {
    it('sees none of the city’s incidents, events and checklists, by menu or by address', async () => {
      const analyst = await openView(browser(), { language })
      await signIn(analyst.page, stage(), 'analyst', language)
      const addresses: string[] = []
      for (const view of ['open', 'closed']) {
        await analyst.page.goto(`${stage().demo.http}/incidents?view=${view}`)
        const links = analyst.page.getByRole('table', { name: t.incidents }).getByRole('link')
        await links.first().waitFor()
        addresses.push(...(await links.evaluateAll((found) => found.map((l) => l.getAttribute('href') ?? ''))))
      }
      const foreign = addresses.filter((a) => !a.includes('/YP-'))
      expect(foreign.length).toBeGreaterThan(0)
      await analyst.context.close()

      const view = await openView(browser(), { language })
      const { page } = view
      await signIn(page, stage(), 'unit_user', language)
      for (const tab of ['open', 'closed']) {
        await page.goto(`${stage().demo.http}/incidents?view=${tab}`)
        await page.getByRole('table', { name: t.incidents }).waitFor()
        await page.getByRole('contentinfo').getByText(t.updated).waitFor()
        const text = await page.getByRole('table', { name: t.incidents }).innerText()
        expect(text).not.toMatch(/\bYZ-\d{4}-/)
        expect(text).not.toContain(PORTAL)
      }
      for (const address of foreign) {
        await page.goto(`${stage().demo.http}${address}`)
        await page.getByText(t.notFound).waitFor()
      }
      await page.goto(`${stage().demo.http}/systems/portal/checklist`)
      await page.getByText(t.notFound).waitFor()
      await page.goto(`${stage().demo.http}/systems`)
      await page.getByRole('table', { name: t.systems }).waitFor()
      expect(await page.getByText(PORTAL).count()).toBe(0)
      expectQuiet(view)
      await view.context.close()
    })
  })
}
