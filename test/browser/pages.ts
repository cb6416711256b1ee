import type { Page } from 'playwright-core'
import type { Language } from './rig.ts'

const SAYS = {
  zh: {
    noIncident: '没有符合查询的安全事件。',
    keys: '键盘快捷键',
    notFound: '没有这一页，或者你看不到它。',
    askSimilar: '相似日志为何未命中？',
    copy: '复制原文',
    ask: '某条规则为何未命中？',
    tree: '逐条说明',
    noRule: '没有符合条件的检测规则。',
    import: '导入规则',
    nothing: '先选择文件、文件夹或压缩包。',
    text: '规则原文',
    hunt: '威胁狩猎',
    hunted: '规则命中的日志',
    signalsOfRule: '这条规则的告警',
    colours: '颜色',
    noPermission: '你没有权限打开这一页。',
    createAccount: '新建账号',
    cityName: '城市名称',
    createKey: '生成密钥',
    password: '口令',
    linkGone: '这条链接已用过、已过期或不存在。',
    changeStatus: /^更改状态/,
    level: /^级别/,
    lists: /规则的问题列表|规则例外列表|规则运行列表/,
    signals: /^告警/,
    whole: /完好/,
    dialogs: ['停用规则', '回溯运行', '新建例外'],
  },
  en: {
    noIncident: 'No incident matches the query.',
    keys: 'Keyboard shortcuts',
    notFound: 'There is no such page, or you cannot see it.',
    askSimilar: 'Why did a similar event not match?',
    copy: 'Copy raw line',
    ask: 'Why did a rule not match?',
    tree: 'Clause by clause',
    noRule: 'No rule fits.',
    import: 'Import rules',
    nothing: 'Choose files, a folder or an archive first.',
    text: 'Text of the rule',
    hunt: 'Hunt',
    hunted: 'Events that the rule matches',
    signalsOfRule: 'Signals of this rule',
    colours: 'Colours',
    noPermission: 'You are not allowed to open this page.',
    createAccount: 'Create account',
    cityName: 'Name of the city',
    createKey: 'Create key',
    password: 'Password',
    linkGone: 'This link was used, has expired or does not exist.',
    changeStatus: /^Change status/,
    level: /^Level/,
    lists: /List of (problems of rules|exceptions|runs)/,
    signals: /^Signals/,
    whole: /Unbroken/,
    dialogs: ['Switch rule off', 'Run over the past', 'New exception'],
  },
} as const

type PageOf = readonly [role: string, address: string, ready: (page: Page) => Promise<unknown>]

/** Each page, with the role that opens it (nobody: signed out) and what must stand there before it is looked at. */
export function pagesIn(language: Language): readonly PageOf[] {
  const t = SAYS[language]
  return [
    ['analyst', '/incidents', (p) => p.getByRole('table').getByRole('link').first().waitFor()],
    ['analyst', '/incidents?q=number:none', (p) => p.getByText(t.noIncident).waitFor()],
    ['analyst', 'incident', (p) => p.locator('mark').first().waitFor()],
    [
      'analyst',
      'incident',
      async (p) => {
        await p.getByRole('button', { name: t.changeStatus }).click()
        await p.getByRole('menuitem').first().waitFor()
      },
    ],
    [
      'analyst',
      '/incidents',
      async (p) => {
        await p.getByRole('table').getByRole('link').first().waitFor()
        await p.keyboard.press('?')
        await p.getByRole('dialog', { name: t.keys }).waitFor()
      },
    ],
    ['analyst', '/incidents/XX-1999-0001', (p) => p.getByText(t.notFound).waitFor()],
    [
      'analyst',
      'incident',
      async (p) => {
        await p.getByRole('button', { name: t.askSimilar }).click()
        await p.getByRole('dialog').getByRole('button').nth(2).waitFor()
      },
    ],
    ['analyst', 'event', (p) => p.getByRole('button', { name: t.copy }).waitFor()],
    [
      'analyst',
      'event',
      async (p) => {
        await p.getByRole('button', { name: t.ask }).click()
        await p.getByRole('dialog').getByRole('list').getByRole('button').first().click()
        await p.getByRole('dialog').getByRole('list', { name: t.tree }).waitFor()
      },
    ],
    ['analyst', '/events?q=(user.name', (p) => p.getByText(/KQL-/).first().waitFor()],
    ['analyst', '/findings', (p) => p.getByRole('table').getByRole('button').first().waitFor()],
    ['analyst', 'finding', (p) => p.getByRole('complementary').waitFor()],
    ['analyst', '/rules', (p) => p.getByRole('table').getByRole('link').first().waitFor()],
    ['analyst', '/rules?q=no-such-rule', (p) => p.getByText(t.noRule).waitFor()],
    [
      'analyst',
      '/rules?level=critical,high&origin=own',
      async (p) => {
        await p.getByRole('table').getByRole('link').first().waitFor()
        await p.getByRole('button', { name: t.level }).click()
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
            await p.getByRole('table', { name: t.lists }).getByRole('button').first().click()
            await p.getByRole('complementary').waitFor()
          },
        ] as const,
    ),
    [
      'analyst',
      '/rules',
      async (p) => {
        await p.getByRole('button', { name: t.import }).click()
        await p.getByRole('dialog', { name: t.import }).waitFor()
        await p.getByRole('dialog').getByRole('button', { name: t.import }).click()
        await p.getByText(t.nothing).waitFor()
      },
    ],
    ['analyst', 'rule', (p) => p.getByRole('heading', { name: t.text }).waitFor()],
    ...t.dialogs.map(
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
        await p.getByRole('link', { name: t.hunt }).click()
        await p.getByRole('table', { name: t.hunted }).waitFor()
      },
    ],
    [
      'analyst',
      'rule',
      async (p) => {
        await p.getByRole('link', { name: t.signals }).click()
        await p.getByRole('table', { name: t.signalsOfRule }).waitFor()
      },
    ],
    ['analyst', '/collectors', (p) => p.getByRole('table').getByRole('button').first().waitFor()],
    ['analyst', '/me', (p) => p.getByRole('group', { name: t.colours }).waitFor()],
    ['analyst', '/audit', (p) => p.getByText(t.noPermission).waitFor()],
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
    ['audit_admin', '/audit?tab=verification', (p) => p.getByRole('status').getByText(t.whole).waitFor()],
    ['system_admin', '/admin/accounts', (p) => p.getByRole('row').nth(1).waitFor()],
    ['system_admin', '/admin/accounts?tab=units', (p) => p.getByRole('row').nth(1).waitFor()],
    [
      'system_admin',
      '/admin/accounts',
      async (p) => {
        await p.getByRole('button', { name: t.createAccount }).click()
        await p.getByRole('dialog', { name: t.createAccount }).waitFor()
      },
    ],
    ['system_admin', '/admin/keys', (p) => p.getByRole('row').nth(1).waitFor()],
    ['system_admin', '/set-up/city', (p) => p.getByLabel(t.cityName).waitFor()],
    ['system_admin', '/set-up/source', (p) => p.getByRole('button', { name: t.createKey }).waitFor()],
    ['security_admin', '/admin/accounts', (p) => p.getByRole('row').nth(1).waitFor()],
    ['nobody', '/sign-in', (p) => p.getByLabel(t.password, { exact: true }).waitFor()],
    ['nobody', '/set-up/no-such-link', (p) => p.getByText(t.linkGone).waitFor()],
  ]
}
