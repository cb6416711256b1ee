import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from '../test/support/browser.ts'

/** `npm run pictures`: plays the demo and takes the README's pictures of the real console. */

interface Ready {
  readonly http: string
  readonly accounts: readonly { readonly role: string; readonly name: string; readonly password: string }[]
}

interface Picture {
  readonly file: string
  readonly role: string
  readonly locale: 'zh-CN' | 'en-GB'
  readonly scheme: 'light' | 'dark'
  readonly path: string
  /** What to do on the page before the picture. */
  readonly before?: (page: Page) => Promise<void>
}

const first = async (page: Page) => {
  await page.keyboard.press('Enter')
  await page.waitForTimeout(1_500)
}

const PICTURES: readonly Picture[] = [
  { file: 'queue-dark-en', role: 'analyst', locale: 'en-GB', scheme: 'dark', path: '/incidents' },
  { file: 'incident-light-zh', role: 'analyst', locale: 'zh-CN', scheme: 'light', path: '/incidents', before: first },
  {
    file: 'rule-light-en',
    role: 'analyst',
    locale: 'en-GB',
    scheme: 'light',
    path: '/rules/16be62ab-4ec4-43e9-ae37-6c44e30dec0c',
  },
  { file: 'events-light-zh', role: 'analyst', locale: 'zh-CN', scheme: 'light', path: '/events' },
  {
    file: 'checklist-light-zh',
    role: 'compliance_officer',
    locale: 'zh-CN',
    scheme: 'light',
    path: '/systems/portal/checklist?sel=8.1.4.3.a',
  },
  { file: 'audit-light-en', role: 'audit_admin', locale: 'en-GB', scheme: 'light', path: '/audit' },
]

async function take(browser: Browser, ready: Ready, picture: Picture, folder: string): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: picture.locale,
    colorScheme: picture.scheme,
  })
  const page = await context.newPage()
  const account = ready.accounts.find((a) => a.role === picture.role)!
  await page.goto(`${ready.http}/sign-in`)
  await page.fill('input[autocomplete=username]', account.name)
  await page.fill('input[type=password]', account.password)
  await page.keyboard.press('Enter')
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await page.goto(ready.http + picture.path)
  await page.waitForTimeout(3_000)
  await picture.before?.(page)
  await page.screenshot({ path: join(folder, `${picture.file}.png`) })
  await context.close()
}

const data = mkdtempSync(join(tmpdir(), 'suidun-pictures-'))
const folder = resolve(import.meta.dirname, 'pictures')
mkdirSync(folder, { recursive: true })
const free = {
  SUIDUN_HTTP_PORT: '0',
  SUIDUN_INGEST_PORT: '0',
  SUIDUN_SYSLOG_UDP_PORT: '0',
  SUIDUN_SYSLOG_TCP_PORT: '0',
}
const demo = spawn(process.execPath, [resolve(import.meta.dirname, '../bin/suidun.mjs'), 'demo', '--json'], {
  env: { ...process.env, ...free, SUIDUN_DATA: data },
  stdio: ['ignore', 'pipe', 'inherit'],
})
try {
  const { value } = await createInterface(demo.stdout)[Symbol.asyncIterator]().next()
  const ready = JSON.parse(value as string) as Ready
  const browser = await openBrowser()
  for (const picture of PICTURES) await take(browser, ready, picture, folder)
  await browser.close()
} finally {
  demo.kill()
  await new Promise((done) => demo.once('exit', done))
  rmSync(data, { recursive: true, force: true })
}
