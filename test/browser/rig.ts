import type { Browser, BrowserContext, Page } from 'playwright-core'
import { expect } from 'vitest'
import { startServer, type TestServer, until } from '../support/server.ts'

/** What the demo says when its day is detected and searchable. */
export interface Demo {
  readonly http: string
  readonly ingest: string
  readonly accounts: readonly { readonly role: string; readonly name: string; readonly password: string }[]
  readonly readKey: string
  readonly ingestKey: string
}

export interface Stage {
  readonly server: TestServer
  readonly demo: Demo
}

/** Starts the demo as its users do, and waits until its day is played. */
export async function openDemo(seed: number): Promise<Stage> {
  const server = await startServer({ args: ['demo', '--seed', String(seed), '--json'] })
  const line = await until(
    'the demo’s day to be detected and searchable',
    () => {
      if (server.process.exitCode !== null) throw new Error(`the demo ended: ${server.output().stderr}`)
      return server
        .output()
        .stdout.split('\n')
        .find((l) => l.includes('"ready"'))
    },
    300_000,
  )
  return { server, demo: JSON.parse(line) as Demo }
}

export type Language = 'zh' | 'en'

export interface View {
  readonly page: Page
  readonly context: BrowserContext
  /** Scripts that failed, and what the page's own policy refused. */
  readonly complaints: readonly string[]
}

/** A browser window of somebody who reads that language and likes those colours. */
export async function openView(
  browser: Browser,
  options: { readonly language: Language; readonly theme?: 'light' | 'dark'; readonly width?: number },
): Promise<View> {
  const context = await browser.newContext({
    locale: options.language === 'zh' ? 'zh-CN' : 'en-GB',
    timezoneId: 'Asia/Shanghai',
    colorScheme: options.theme ?? 'light',
    reducedMotion: 'reduce',
    viewport: { width: options.width ?? 1440, height: 900 },
  })
  context.setDefaultTimeout(30_000)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  return { page, context, complaints }
}

export const WORDS = {
  zh: {
    account: '账号',
    password: '口令',
    signIn: '登录',
    incidents: '安全事件',
    events: '日志检索',
    systems: '定级对象',
  },
  en: {
    account: 'Account',
    password: 'Password',
    signIn: 'Sign in',
    incidents: 'Incidents',
    events: 'Events',
    systems: 'Systems',
  },
} as const

/** Signs in by the form, as the demo's account of that role. */
export async function signIn(page: Page, stage: Stage, role: string, language: Language): Promise<void> {
  const account = stage.demo.accounts.find((a) => a.role === role)
  if (account === undefined) throw new Error(`the demo has no account of role ${role}`)
  const t = WORDS[language]
  await page.goto(`${stage.demo.http}/`)
  await page.getByLabel(t.account, { exact: true }).fill(account.name)
  await page.getByLabel(t.password, { exact: true }).fill(account.password)
  await page.getByRole('button', { name: t.signIn, exact: true }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
}

/** Nothing went wrong in the page meanwhile. */
export function expectQuiet(view: View): void {
  expect(view.complaints).toEqual([])
}
