import type { Browser, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { violations } from '../support/browser.ts'
import { expectQuiet, openView, type Stage, signIn } from './rig.ts'

/** Each page with the role that opens it, and what must stand there before it is looked at. */
const PAGES: readonly (readonly [role: string, address: string, ready: (page: Page) => Promise<unknown>])[] = [
  ['analyst', '/incidents', (p) => p.getByRole('table').getByRole('link').first().waitFor()],
  ['analyst', '/incidents?q=number:none', (p) => p.getByText('没有符合查询的安全事件。').waitFor()],
  ['analyst', 'incident', (p) => p.locator('mark').first().waitFor()],
  [
    'analyst',
    'incident',
    async (p) => {
      await p.getByRole('button', { name: /^更改状态/ }).click()
      await p.getByRole('menuitem').first().waitFor()
    },
  ],
  [
    'analyst',
    '/incidents',
    async (p) => {
      await p.getByRole('table').getByRole('link').first().waitFor()
      await p.keyboard.press('?')
      await p.getByRole('dialog', { name: '键盘快捷键' }).waitFor()
    },
  ],
  ['analyst', '/incidents/XX-1999-0001', (p) => p.getByText('没有这一页，或者你看不到它。').waitFor()],
  [
    'analyst',
    'incident',
    async (p) => {
      await p.getByRole('button', { name: '相似日志为何未命中？' }).click()
      await p.getByRole('dialog').getByRole('button').nth(2).waitFor()
    },
  ],
  ['analyst', 'event', (p) => p.getByRole('button', { name: '复制原文' }).waitFor()],
  [
    'analyst',
    'event',
    async (p) => {
      await p.getByRole('button', { name: '某条规则为何未命中？' }).click()
      await p.getByRole('dialog').getByRole('list').getByRole('button').first().click()
      await p.getByRole('dialog').getByRole('list', { name: '逐条说明' }).waitFor()
    },
  ],
  ['analyst', '/events?q=(user.name', (p) => p.getByText(/KQL-/).first().waitFor()],
  ['analyst', '/findings', (p) => p.getByRole('table').getByRole('button').first().waitFor()],
  ['analyst', 'finding', (p) => p.getByRole('complementary').waitFor()],
  ['analyst', '/rules', (p) => p.getByRole('table').getByRole('link').first().waitFor()],
  ['analyst', '/rules?q=no-such-rule', (p) => p.getByText('没有符合条件的检测规则。').waitFor()],
  [
    'analyst',
    '/rules?level=critical,high&origin=own',
    async (p) => {
      await p.getByRole('table').getByRole('link').first().waitFor()
      await p.getByRole('button', { name: /^级别/ }).click()
      await p.getByRole('menuitemcheckbox').first().waitFor()
    },
  ],
  // What the analyst's way with a rule of his own has left there: each list with a row open.
  ...(['problems', 'exceptions', 'runs'] as const).map(
    (tab) =>
      [
        'analyst',
        `/rules?tab=${tab}`,
        async (p: Page) => {
          await p
            .getByRole('table', { name: /规则的问题列表|规则例外列表|规则运行列表/ })
            .getByRole('button')
            .first()
            .click()
          await p.getByRole('complementary').waitFor()
        },
      ] as const,
  ),
  [
    'analyst',
    '/rules',
    async (p) => {
      await p.getByRole('button', { name: '导入规则' }).click()
      await p.getByRole('dialog', { name: '导入规则' }).waitFor()
      await p.getByRole('dialog').getByRole('button', { name: '导入规则' }).click()
      await p.getByText('先选择文件、文件夹或压缩包。').waitFor()
    },
  ],
  ['analyst', 'rule', (p) => p.getByRole('heading', { name: '规则原文' }).waitFor()],
  ...(['停用规则', '回溯运行', '新建例外'] as const).map(
    (name) =>
      [
        'analyst',
        'rule',
        async (p: Page) => {
          await p.getByRole('button', { name }).click()
          await p.getByRole('dialog').waitFor()
        },
      ] as const,
  ),
  [
    'analyst',
    'rule',
    async (p) => {
      await p.getByRole('link', { name: '威胁狩猎' }).click()
      await p.getByRole('table', { name: '规则命中的日志' }).waitFor()
    },
  ],
  [
    'analyst',
    'rule',
    async (p) => {
      await p.getByRole('link', { name: /^告警/ }).click()
      await p.getByRole('table', { name: '这条规则的告警' }).waitFor()
    },
  ],
  ['analyst', '/collectors', (p) => p.getByRole('table').getByRole('button').first().waitFor()],
  ['analyst', '/me', (p) => p.getByRole('group', { name: '颜色' }).waitFor()],
  ['analyst', '/audit', (p) => p.getByText('你没有权限打开这一页。').waitFor()],
  ['compliance_officer', '/systems', (p) => p.getByRole('table').getByRole('link').first().waitFor()],
  [
    'compliance_officer',
    '/systems/portal/checklist',
    (p) => p.getByRole('table').getByRole('button').first().waitFor(),
  ],
  [
    'compliance_officer',
    '/systems/portal/checklist?part=8.1.4&sel=8.1.4.3.a',
    (p) => p.getByRole('complementary').getByRole('table').waitFor(),
  ],
  ['audit_admin', '/audit', (p) => p.getByRole('table').getByRole('button').first().waitFor()],
  ['audit_admin', '/audit?tab=verification', (p) => p.getByRole('status').getByText(/完好/).waitFor()],
  ['system_admin', '/admin/accounts', (p) => p.getByRole('row').nth(1).waitFor()],
  ['system_admin', '/admin/accounts?tab=units', (p) => p.getByRole('row').nth(1).waitFor()],
  [
    'system_admin',
    '/admin/accounts',
    async (p) => {
      await p.getByRole('button', { name: '新建账号' }).click()
      await p.getByRole('dialog', { name: '新建账号' }).waitFor()
    },
  ],
  ['system_admin', '/admin/keys', (p) => p.getByRole('row').nth(1).waitFor()],
  ['system_admin', '/set-up/city', (p) => p.getByLabel('城市名称').waitFor()],
  ['system_admin', '/set-up/source', (p) => p.getByRole('button', { name: '生成密钥' }).waitFor()],
  ['security_admin', '/admin/accounts', (p) => p.getByRole('row').nth(1).waitFor()],
]

const SIGNED_OUT: readonly (readonly [address: string, ready: (page: Page) => Promise<unknown>])[] = [
  ['/sign-in', (p) => p.getByLabel('口令', { exact: true }).waitFor()],
  ['/set-up/no-such-link', (p) => p.getByText('这条链接已用过、已过期或不存在。').waitFor()],
]

/** axe on every page in both colours; and no page scrolls sideways at 320 px. */
export function accessibility(browser: () => Browser, stage: () => Stage): void {
  describe.each(['light', 'dark'] as const)('every page in %s', (theme) => {
    it('breaks no rule of axe', async () => {
      const found: string[] = []
      for (const role of [undefined, ...new Set(PAGES.map(([r]) => r))]) {
        const view = await openView(browser(), { language: 'zh', theme })
        const { page } = view
        const look = async (address: string, ready: (page: Page) => Promise<unknown>) => {
          await visit(page, stage(), address)
          await ready(page)
          found.push(...(await violations(page)).map((v) => `${role ?? 'nobody'} ${address}: ${v}`))
        }
        if (role === undefined) for (const [address, ready] of SIGNED_OUT) await look(address, ready)
        else {
          await signIn(page, stage(), role, 'zh')
          for (const [r, address, ready] of PAGES) if (r === role) await look(address, ready)
        }
        expectQuiet(view)
        await view.context.close()
      }
      expect(found).toEqual([])
    }, 600_000)
  })

  describe('every page on a screen of 320 px', () => {
    it('reads without scrolling sideways', async () => {
      const wide: string[] = []
      for (const role of new Set(PAGES.map(([r]) => r))) {
        const view = await openView(browser(), { language: 'zh', width: 320 })
        const { page } = view
        await signIn(page, stage(), role, 'zh')
        for (const [r, address] of PAGES) {
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
