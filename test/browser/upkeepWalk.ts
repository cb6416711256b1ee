import { randomUUID } from 'node:crypto'
import { strToU8, zipSync } from 'fflate'
import type { Browser } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { expectQuiet, type Language, openView, type Stage, signIn } from './rig.ts'

const SAYS = {
  zh: {
    import: '导入规则',
    choose: '选择文件',
    result: '导入结果',
    problems: '规则的问题列表',
    notLoaded: '未载入',
    except: '新建例外',
    query: '条件（KQL）',
    reason: '理由',
    create: '建立例外',
    exceptions: /^例外/,
    table: '规则例外列表',
    drawer: '规则例外详情',
    end: '提前结束',
    endTitle: '提前结束这条例外',
    ended: '已结束',
    renew: '续期',
    active: '生效中',
    rule: /^规则/,
    remove: '移除文件',
    what: '移除什么',
    all: (folder: string) => `${folder} 下的全部文件`,
    removeTitle: '移除这个规则文件',
    none: '没有符合条件的检测规则。',
  },
  en: {
    import: 'Import rules',
    choose: 'Choose files',
    result: 'Result of the import',
    problems: 'List of problems of rules',
    notLoaded: 'Refused',
    except: 'New exception',
    query: 'Condition (KQL)',
    reason: 'Reason',
    create: 'Create exception',
    exceptions: /^Exceptions/,
    table: 'List of exceptions',
    drawer: 'Exception',
    end: 'End early',
    endTitle: 'End this exception early',
    ended: 'Ended',
    renew: 'Renew',
    active: 'Active',
    rule: /^Rule$/,
    remove: 'Remove file',
    what: 'What to remove',
    all: (folder: string) => `all files below ${folder}`,
    removeTitle: 'Remove this rule file',
    none: 'No rule fits.',
  },
} as const

const ruleText = (title: string, id: string) => `title: ${title}
id: ${id}
logsource: { product: egov, service: audit }
detection: { selection: { event.action: nobody_does_this }, condition: selection }
level: low
`

/** A filter that runs but hardly says what was meant: a warning of a document that is no rule. */
const filterText = (rule: string) => `title: Only the registry
id: ${randomUUID()}
logsource: { product: egov, service: audit }
filter: { rules: [${rule}], selection: { host.name: registry }, condition: selection }
`

/** The owner of rules keeps house: a folder comes in, an exception is renewed, and the folder goes as a whole. */
export function upkeepWalk(browser: () => Browser, stage: () => Stage, language: Language): void {
  describe(`a rule owner keeping house, in ${language}`, () => {
    it('imports a folder whose filter is warned of, renews an exception that has ended, and removes the folder', async () => {
      const view = await openView(browser(), { language })
      const { page } = view
      const t = SAYS[language]
      const folder = `upkeep-${language}-${Date.now()}`
      const [one, two] = [randomUUID(), randomUUID()]
      const zip = zipSync({
        [`${folder}/one.yml`]: strToU8(ruleText(`${folder} one`, one)),
        [`${folder}/two.yml`]: strToU8(ruleText(`${folder} two`, two)),
        [`${folder}/filter.yml`]: strToU8(filterText(one)),
      })
      await signIn(page, stage(), 'analyst', language)
      await page.goto(`${stage().demo.http}/rules`)
      await page.getByRole('button', { name: t.import }).click()
      const dialog = page.getByRole('dialog', { name: t.import })
      const chooser = page.waitForEvent('filechooser')
      await dialog.getByRole('button', { name: t.choose, exact: true }).click()
      await (await chooser).setFiles([{ name: 'rules.zip', mimeType: 'application/zip', buffer: Buffer.from(zip) }])
      await dialog.getByRole('button', { name: t.import, exact: true }).click()
      await page.getByRole('dialog', { name: t.result }).waitFor()

      // What is only warned of does run: it is not called refused.
      await page.goto(`${stage().demo.http}/rules?tab=problems`)
      const problem = page.getByRole('table', { name: t.problems }).getByRole('row')
      const warned = problem.filter({ hasText: `${folder}/filter.yml` }).first()
      await warned.getByText('SIG-039').waitFor()
      expect(await warned.getByText(t.notLoaded).count()).toBe(0)

      // An exception is made, ended, and made again by what it said.
      await page.goto(`${stage().demo.http}/rules/${one}`)
      await page.getByRole('button', { name: t.except }).click()
      const exception = page.getByRole('dialog')
      await exception.getByLabel(t.query).fill('user.name: "svc_backup"')
      await exception.getByLabel(t.reason).fill('ticket 2217')
      await exception.getByRole('button', { name: t.create }).click()
      await exception.waitFor({ state: 'hidden' })
      await page.getByRole('link', { name: t.exceptions }).click()
      const table = page.getByRole('table', { name: t.table })
      await table.getByRole('button').first().click()
      const drawer = page.getByRole('complementary', { name: t.drawer, exact: true })
      await drawer.getByRole('button', { name: t.end, exact: true }).click()
      await page.getByRole('dialog', { name: t.endTitle }).getByRole('button', { name: t.end, exact: true }).click()
      await drawer.getByText(t.ended, { exact: true }).first().waitFor()
      await drawer.getByRole('button', { name: t.renew, exact: true }).click()
      expect(await exception.getByLabel(t.query).inputValue()).toBe('user.name: "svc_backup"')
      expect(await exception.getByLabel(t.reason).inputValue()).toBe('ticket 2217')
      await exception.getByRole('button', { name: t.create }).click()
      await exception.waitFor({ state: 'hidden' })
      await expect.poll(() => table.getAttribute('aria-rowcount')).toBe('3')
      await table.getByText(t.active, { exact: true }).waitFor()

      // The folder goes with all that is in it.
      await page.goto(`${stage().demo.http}/rules/${one}`)
      await page.getByRole('button', { name: t.remove }).click()
      const remove = page.getByRole('dialog', { name: t.removeTitle })
      await remove.getByLabel(t.what).selectOption({ label: t.all(`${folder}/`) })
      await remove.getByRole('button', { name: t.remove }).click()
      await remove.waitFor({ state: 'hidden' })
      await page.goto(`${stage().demo.http}/rules?q=${folder}`)
      await page.getByText(t.none).waitFor()
      expectQuiet(view)
      await view.context.close()
    })
  })
}
