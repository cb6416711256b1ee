/**
 * Why a check came to its result, for people. `{name}` stands for a value of the run. A key that one language lacks does
 * not compile.
 */
const zh = {
  noLogs: '此时段没有收到该定级对象的任何日志，无法判断。',
  unavailable: '检查未能完成（{code}），无法判断。请稍后重试。',

  noHosts: '资产清单中没有该定级对象的主机，无法判断。请先补充资产。',
  hostsAudited: '最近 {hours} 小时内，{hosts} 台主机均上报了身份鉴别日志，共 {events} 条。',
  hostsSilent: '最近 {hours} 小时内，{hosts} 台主机中有 {silent} 台没有上报身份鉴别日志：{names}。',

  noRecords: '最近 {hours} 小时内没有审计记录（身份鉴别、账户管理或业务审计），无法判断。',
  recordsComplete: '最近 {hours} 小时内的 {records} 条审计记录均含时间、用户、类型和成败。',
  recordsLack:
    '最近 {hours} 小时内的 {records} 条审计记录中有 {lacking} 条要素不全（缺时间 {noTime}、缺用户 {noUser}、缺类型 {noType}、缺成败 {noOutcome}）。',

  kept: '最早的留存记录为 {oldest}，留存已满 {months} 个月（网络安全法第二十三条）。',
  keptTooShort:
    '最早的留存记录为 {oldest}，留存不足 {months} 个月（网络安全法第二十三条；三级以上属高风险且不可降级）。',
  young: '该定级对象自 {since} 起投入运行，未满 {months} 个月，无法判断。',
  broughtIn: '更早的日志是事后补录的，或时钟不准（最早为 {oldest}），无法判断留存是否满 {months} 个月。',
  ageUnknown: '最早的留存记录为 {oldest}，未满 {months} 个月；资产清单没有该定级对象的投运时间，无法判断。',

  neverScanned: '没有收到该定级对象的有效扫描报告，无法判断。',
  scanStale: '最近一次有效扫描为 {lastScan}，已超过 {days} 天，无法判断。请重新扫描。',
  noneOverdue:
    '没有逾期未修复的高危漏洞（严重 {critical} 天、高危 {high} 天内修复，平台默认值）；未修复 {open} 个，最近扫描 {lastScan}。',
  overdue:
    '有 {overdue} 个高危漏洞逾期未修复（严重 {critical} 天、高危 {high} 天内修复，平台默认值），最早发现于 {oldest}。',

  noIntrusions: '最近 {days} 天内没有发现严重入侵，无法判断报警是否有效。',
  intrusionsRaised: '最近 {days} 天内的 {signals} 条严重入侵告警均已形成安全事件。',
  intrusionsUnraised: '最近 {days} 天内的 {signals} 条严重入侵告警中有 {unraised} 条没有形成安全事件。',
} as const

/** What a check's reason is called in `CheckRun.why.key`. */
export type CheckKey = keyof typeof zh

const en: Readonly<Record<CheckKey, string>> = {
  noLogs: 'No event at all came from this system in this period: cannot tell.',
  unavailable: 'The check could not be completed ({code}): cannot tell. Try again later.',

  noHosts: 'The inventory has no host of this system: cannot tell. Add its assets first.',
  hostsAudited: 'In the last {hours} hours all {hosts} hosts sent authentication events, {events} in all.',
  hostsSilent: 'In the last {hours} hours {silent} of {hosts} hosts sent no authentication events: {names}.',

  noRecords:
    'No audit records (authentication, account management or application audit) in the last {hours} hours: cannot tell.',
  recordsComplete: 'All {records} audit records of the last {hours} hours carry time, user, type and outcome.',
  recordsLack:
    '{lacking} of {records} audit records of the last {hours} hours are incomplete (no time {noTime}, no user {noUser}, no type {noType}, no outcome {noOutcome}).',

  kept: 'The oldest stored record is of {oldest}: records are kept for {months} months (Cybersecurity Law art. 23).',
  keptTooShort:
    'The oldest stored record is of {oldest}: less than {months} months (Cybersecurity Law art. 23; a high risk from level 3 that cannot be downgraded).',
  young: 'The system is in service since {since}, less than {months} months: cannot tell.',
  broughtIn:
    'Older records came in long after their time, as archives or by wrong clocks (the oldest of {oldest}): cannot tell whether records are kept for {months} months.',
  ageUnknown:
    'The oldest stored record is of {oldest}, less than {months} months ago, and the inventory does not say since when the system is in service: cannot tell.',

  neverScanned: 'No valid scan report of this system was received: cannot tell.',
  scanStale: 'The last valid scan was {lastScan}, more than {days} days ago: cannot tell. Scan again.',
  noneOverdue:
    'No high vulnerability is overdue (critical {critical} days, high {high} days to fix, defaults of this platform); {open} open, last scan {lastScan}.',
  overdue:
    '{overdue} high vulnerabilities are overdue (critical {critical} days, high {high} days to fix, defaults of this platform), the oldest found {oldest}.',

  noIntrusions: 'No severe intrusion was seen in the last {days} days: cannot tell whether alarms work.',
  intrusionsRaised: 'All {signals} severe intrusion signals of the last {days} days raised an incident.',
  intrusionsUnraised: '{unraised} of {signals} severe intrusion signals of the last {days} days raised no incident.',
}

/** Every reason in both languages. */
export const CHECK_TEXTS: Readonly<Record<'zh' | 'en', Readonly<Record<CheckKey, string>>>> = { zh, en }

/** The reason of a check's run as a sentence; a key of a later program is shown as it is. */
export function checkText(
  why: { readonly key: string; readonly values: Readonly<Record<string, string | number>> },
  language: 'zh' | 'en',
): string {
  const template = Object.hasOwn(CHECK_TEXTS[language], why.key) ? CHECK_TEXTS[language][why.key as CheckKey] : why.key
  return template.replace(/\{(\w+)\}/g, (_, name: string) => String(why.values[name] ?? '?'))
}
