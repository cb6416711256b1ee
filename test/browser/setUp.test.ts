import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openBrowser, violations } from '../support/browser.ts'
import { startServer, suidun, type TestServer, until } from '../support/server.ts'
import { expectQuiet, openView } from './rig.ts'

let browser: Browser
let server: TestServer

beforeAll(async () => {
  ;[browser, server] = await Promise.all([openBrowser(), startServer()])
}, 300_000)

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const links = () => {
  const { stdout, stderr } = server.output()
  return [...`${stdout}\n${stderr}`.matchAll(/https?:\/\/\S+\/set-up\/[\w.-]+/g)].map((m) => m[0])
}

describe('the first set-up of an empty instance', () => {
  it('leads the system administrator from the one-time link to city, units and the first event', async () => {
    const [systemLink] = await until('three set-up links', () => (links().length >= 3 ? links() : undefined))
    const view = await openView(browser, { language: 'zh' })
    const { page } = view
    await page.goto(systemLink!)
    await page.getByText(/系统管理员/).waitFor()
    expect(await violations(page)).toEqual([])
    await page.getByLabel('账号', { exact: true }).fill('lin.sys')
    await page.getByLabel('姓名').fill('林系统')
    await page.getByLabel('口令', { exact: true }).fill('too short')
    await page.getByLabel('再输一遍口令').fill('something else')
    await page.getByRole('button', { name: '设置账号' }).click()
    await page.getByText('两次输入的口令不同。').waitFor()
    await page.getByLabel('口令', { exact: true }).fill('river stone lantern 9')
    await page.getByLabel('再输一遍口令').fill('river stone lantern 9')
    await page.getByRole('button', { name: '设置账号' }).click()

    await page.getByRole('button', { name: '登录', exact: true }).waitFor()
    await page.getByLabel('账号', { exact: true }).fill('lin.sys')
    await page.getByLabel('口令', { exact: true }).fill('river stone lantern 9')
    await page.getByRole('button', { name: '登录', exact: true }).click()

    await page.getByRole('heading', { level: 1, name: '城市与单位' }).waitFor()
    await page.getByLabel('城市名称').fill('云珠市')
    await page.getByLabel('编号字母').fill('YZ')
    await page.getByRole('button', { name: '保存城市名称' }).click()
    await page.getByText('城市名称已保存').waitFor()
    await page.getByLabel('区和部门').fill('石桥区,district,SQ,YZ\n市数据局,no-such-kind,SJ,YZ')
    await page.getByRole('button', { name: '添加单位' }).click()
    await page.getByText(/第 2 行/).waitFor()
    await page.getByLabel('区和部门').fill('石桥区,district,SQ,YZ\n市数据局,department,SJ,YZ')
    await page.getByRole('button', { name: '添加单位' }).click()
    await page.getByText(/现有 3 个单位/).waitFor()

    await page.getByRole('link', { name: '继续：接入第一个数据源' }).click()
    await page.getByRole('button', { name: '生成密钥' }).click()
    const secret = await page.locator('.sd-secret code').innerText()
    await page.getByText(/正在等第一条日志/).waitFor()
    const sent = await fetch(`${server.run.ingest}/ingest`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/x-ndjson' },
      body: '{"message":"first event"}\n',
    })
    expect(sent.status).toBe(200)
    await page.getByText(/已收到 1 条日志/).waitFor()
    expectQuiet(view)
    await view.context.close()
  })

  it('refuses a used link, and a second office to a browser that is signed in as an administrator', async () => {
    const [systemLink, securityLink] = links()
    const view = await openView(browser, { language: 'en' })
    const { page } = view
    await page.goto(systemLink!)
    await page.getByText('This link was used, has expired or does not exist.').waitFor()

    await page.goto(`${server.run.http}/sign-in`)
    await page.getByLabel('Account', { exact: true }).fill('lin.sys')
    await page.getByLabel('Password', { exact: true }).fill('river stone lantern 9')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await page.getByRole('heading', { level: 1, name: 'Collectors' }).waitFor()

    await page.goto(securityLink!)
    await page.getByLabel('Account', { exact: true }).fill('another.name')
    await page.getByLabel('Name', { exact: true }).fill('Another Name')
    await page.getByLabel('Password', { exact: true }).fill('river stone lantern 10')
    await page.getByLabel('Repeat password').fill('river stone lantern 10')
    await page.getByRole('button', { name: 'Set up account' }).click()
    await page.getByText('ACC-033').waitFor()
    await view.context.close()
  })

  it.each([
    ['zh', '账号', '口令', '再输一遍口令', '设置账号', /另两位管理员/],
    ['en', 'Account', 'Password', 'Repeat password', 'Set up account', /two other administrators/],
  ] as const)(
    'keeps the name of an account that somebody created, in %s',
    async (language, name, password, repeat, submit, hint) => {
      const view = await openView(browser, { language })
      const { page } = view
      const create = ['account', 'create', '--name', `chen.${language}`, '--role', 'system_admin']
      const { stdout } = await suidun(create, { env: { SUIDUN_DATA: server.data } })
      await page.goto(`${server.run.http}${new URL(stdout.trim()).pathname}`)
      const field = page.getByLabel(name, { exact: true })
      await field.waitFor()
      expect(await field.inputValue()).toBe(`chen.${language}`)
      expect(await field.isEditable()).toBe(false)
      expect(await page.getByText(hint).count()).toBe(0)
      expect(await violations(page)).toEqual([])
      await page.getByLabel(password, { exact: true }).fill('river stone lantern 11')
      await page.getByLabel(repeat).fill('river stone lantern 11')
      await page.getByRole('button', { name: submit }).click()
      await page.waitForURL((url) => url.pathname === '/sign-in' && !url.searchParams.has('to'))
      expectQuiet(view)
      await view.context.close()
    },
  )

  it('says alike whether name or password is wrong', async () => {
    const view = await openView(browser, { language: 'zh' })
    const { page } = view
    const tell = async (name: string, password: string) => {
      await page.goto(`${server.run.http}/sign-in`)
      await page.getByLabel('账号', { exact: true }).fill(name)
      await page.getByLabel('口令', { exact: true }).fill(password)
      await page.getByRole('button', { name: '登录', exact: true }).click()
      const said = page.getByText('账号或口令不正确。')
      await said.waitFor()
      return said.locator('..').innerText()
    }
    expect(await tell('lin.sys', 'wrong')).toBe(await tell('nobody', 'wrong'))
    await view.context.close()
  })
})
