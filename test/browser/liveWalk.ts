import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, openView, type Stage, signIn } from './rig.ts'

/** The queue while something new happens, and the keys. */
export function liveWalk(browser: () => Browser, stage: () => Stage): void {
  describe('the live queue and the keyboard', () => {
    it('keeps news behind a counter until it is loaded by the key', async () => {
      const view = await openView(browser(), { language: 'zh' })
      const { page } = view
      await signIn(page, stage(), 'analyst', 'zh')
      await page.goto(`${stage().demo.http}/incidents`)
      const table = page.getByRole('table', { name: '安全事件列表' })
      await table.getByRole('row').nth(1).waitFor()
      await page.getByText('实时', { exact: true }).waitFor()
      const rows = await table.getByRole('row').count()

      const user = `newcomer-${Date.now()}`
      const response = await fetch(`${stage().demo.ingest}/ingest`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${stage().demo.ingestKey}`, 'Content-Type': 'application/x-ndjson' },
        body: `${JSON.stringify({
          '@timestamp': new Date().toISOString(),
          event: {
            dataset: 'application.audit',
            action: 'audit_stop',
            outcome: 'success',
            original: `audit stopped by ${user}`,
          },
          user: { name: user },
          message: `audit stopped by ${user}`,
        })}\n`,
      })
      expect(response.status).toBe(200)

      await page.getByText(/1 起新到，最高 严重/).waitFor()
      expect(await table.getByRole('row').count()).toBe(rows)
      await page.keyboard.press('.')
      await table.getByText(user).waitFor()
      await expect.poll(() => page.getByText(/起新到/).count()).toBe(0)
      expectQuiet(view)
      await view.context.close()
    })

    it('moves, opens and goes elsewhere by single keys, and never while one types', async () => {
      const view = await openView(browser(), { language: 'en' })
      const { page } = view
      await signIn(page, stage(), 'analyst', 'en')
      await page.goto(`${stage().demo.http}/incidents`)
      const table = page.getByRole('table', { name: 'List of incidents' })
      await table.getByRole('row').nth(2).waitFor()
      const second = await table.getByRole('row').nth(2).getByRole('link').innerText()

      await page.keyboard.press('/')
      await page.keyboard.type('jjge')
      expect(await page.getByLabel('Query incidents').inputValue()).toBe('jjge')
      expect(new URL(page.url()).pathname).toBe('/incidents')
      expect(new URL(page.url()).searchParams.has('sel')).toBe(false)
      await page.getByLabel('Query incidents').fill('')
      await page.keyboard.press('Escape')

      await page.keyboard.press('j')
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: second, exact: true }).waitFor()
      await page.keyboard.press('g')
      await page.keyboard.press('e')
      await page.getByRole('heading', { level: 1, name: 'Events' }).waitFor()
      await page.keyboard.press('?')
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })

      await page.getByLabel('Query (KQL)').fill('user.name: (a or')
      await page.getByRole('button', { name: 'Search events' }).click()
      const problem = page.getByRole('alert').filter({ hasText: 'KQL-' })
      await problem.waitFor()
      expect(await problem.innerText()).toMatch(/character \d+/)
      expect(await page.getByLabel('Query (KQL)').getAttribute('aria-invalid')).toBe('true')
      await view.context.close()
    })

    it('says whose change came first and lets one choose', async () => {
      const view = await openView(browser(), { language: 'zh' })
      const { page } = view
      await signIn(page, stage(), 'analyst', 'zh')
      // Without the live stream the page cannot know what happens meanwhile.
      await page.route('**/graphql', (route) =>
        route.request().postData()?.includes('subscription') === true ? route.abort() : route.fallback(),
      )
      await page.goto(`${stage().demo.http}/incidents`)
      await page.getByRole('table', { name: '安全事件列表' }).getByRole('link').first().click()
      await page.getByRole('button', { name: /^更改状态: 待研判/ }).waitFor()

      const other = await openView(browser(), { language: 'zh' })
      await signIn(other.page, stage(), 'analyst', 'zh')
      await other.page.goto(page.url())
      await other.page.getByRole('button', { name: /^更改状态/ }).click()
      await other.page.getByRole('menuitem', { name: '处置中' }).click()
      await other.page.getByRole('status').getByText('状态已改为“处置中”').waitFor()
      await other.context.close()

      await page.getByRole('button', { name: /^更改状态/ }).click()
      await page.getByRole('menuitem', { name: '已遏制' }).click()
      await page.getByRole('main').getByText('没有保存：内容已被别人改动').waitFor()
      await page.getByRole('button', { name: /^更改状态: 处置中/ }).waitFor()
      await page.getByRole('button', { name: '改用我的' }).click()
      await page.getByRole('button', { name: /^更改状态: 已遏制/ }).waitFor()
      await view.context.close()
    })
  })
}

/** The last of all: what one reads stays when the server goes. */
export function goneWalk(browser: () => Browser, stage: () => Stage): void {
  describe('a server that goes away', () => {
    it('leaves what was read and says as of when it stands', async () => {
      const view = await openView(browser(), { language: 'zh' })
      const { page } = view
      await signIn(page, stage(), 'analyst', 'zh')
      await page.goto(`${stage().demo.http}/incidents`)
      const table = page.getByRole('table', { name: '安全事件列表' })
      await table.getByRole('row').nth(1).waitFor()
      await page.getByText('实时', { exact: true }).waitFor()
      await stage().server.stop('SIGKILL')
      await page
        .getByText(/截至 \d\d:\d\d:\d\d · 正在重连/)
        .first()
        .waitFor()
      expect(await table.getByRole('row').count()).toBeGreaterThan(1)
      await page.keyboard.press('.')
      await page
        .getByText(/连接不上服务器/)
        .first()
        .waitFor()
      expect(await table.getByRole('row').count()).toBeGreaterThan(1)
      await view.context.close()
    })
  })
}
