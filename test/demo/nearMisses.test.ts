import { describe, expect, it } from 'vitest'
import { compileFilter } from '../../core/evaluate.ts'
import type { EventView } from '../../core/event.ts'
import { parseKql } from '../../core/kql.ts'
import { viewOfStored } from '../../core/view.ts'
import { stageAttacks } from '../../demo/generator.ts'
import { generateDay } from '../../demo/index.ts'
import { RULES, type RuleName } from '../../demo/rules.ts'
import { openReplay } from './replay.ts'

const end = Date.parse('2026-11-24T08:13:00Z')
const MINUTES = 60_000
const replay = openReplay()

/** Of each rule, what one asks for who looks for less than it does: the attack is found, and some of the normal day. */
const NEAR: Readonly<Record<Exclude<RuleName, 'application_credential_stuffing'>, readonly string[]>> = {
  portal_account_locked: ['event.action: account_*'],
  revoked_account_sign_in: ['event.action: login and message: "账号状态=已注销"'],
  bulk_personal_data_export: [
    'event.action: export and audit.object.name: *社保* and audit.record_count >= 500',
    'event.action: export and audit.object.name: *公积金* and audit.record_count >= 500',
    'event.action: export and audit.object.name: *户籍* and audit.record_count >= 500',
  ],
  web_very_large_response: ['http.response.body.bytes > 209715200'],
  contractor_sign_in_past_bastion: ['event.action: ssh_login and user.name: op_* and source.ip: "10.61.7.0/24"'],
  host_privileged_group_changed: ['event.action: group_member_added'],
  privileged_role_granted: ['event.action: grant_role and message: "数据管理员"'],
  masking_disabled: ['event.action: masking_disable'],
  database_dump_by_person: ['process.command_line: *mysqldump*'],
  host_log_tampering: ['process.command_line: *truncate -s 0 /var/log/*'],
  application_audit_log_deleted: ['event.action: delete and audit.object.type: audit_log'],
  host_audit_stopped: ['process.command_line: *systemctl*auditd'],
  audit_daemon_exited: ['process.name: auditd and message: "Audit daemon"'],
  application_audit_stopped: ['event.action: audit_stop'],
  web_scanner_user_agent: ['http.response.status_code: (403 or 404) and not user_agent.original: *AppleWebKit*'],
  web_sql_injection: [
    'url.original: *union*select*',
    'url.original: *%27*',
    'url.original: *sleep*',
    'url.original: *information*schema*',
  ],
  web_path_traversal: ['url.original: */file/view?name=..%2f*', 'url.original: */file/view?name=../*'],
  web_sensitive_file_served: ['url.path: /wwwroot.*', 'url.path: *.zip and http.response.status_code: 200'],
  web_management_endpoint_exposed: [
    'url.path: /actuator/env',
    'url.path: /actuator/* and http.response.status_code: 200',
  ],
  script_file_uploaded: ['event.action: upload and audit.object.name: *.jsp*'],
  web_shell_access: ['url.path: /upload/*.jsp*'],
  web_shell_command: ['url.query: cmd=*'],
  sudo_root_shell_by_service_account: ['process.command_line: /bin/bash', 'event.action: sudo and user.name: tomcat'],
  ssh_key_planted: ['process.command_line: */root/.ssh/authorized_keys'],
  crontab_replaced_by_service_account: [
    'event.action: cron_changed',
    'event.action: cron_* and user.target.name: tomcat',
  ],
  host_account_created_out_of_hours: ['event.action: user_created'],
  reverse_shell_command: ['process.command_line: */dev/tcp/*'],
}

const questions = Object.entries(NEAR).flatMap(([rule, texts]) =>
  texts.map((text) => {
    const { filter, problems } = parseKql(text)
    expect(problems).toEqual([])
    return { rule: rule as RuleName, text, asks: compileFilter(filter!) }
  }),
)

/** How many lines of a day without attacks answer each question, and its failed sign-ins to applications. */
function quietDay(seed: number) {
  const found = new Map(questions.map((q) => [q.text, 0]))
  const failures: { readonly at: number; readonly ip: string; readonly user: string }[] = []
  for (const line of generateDay({ seed, end, attacks: false })) {
    const view = viewOfStored(replay.eventOf(line, end))
    for (const q of questions) if (q.asks(view)) found.set(q.text, found.get(q.text)! + 1)
    if (view.get('event.action') === 'login' && view.get('event.outcome') === 'failure')
      failures.push({ at: line.time, ip: textOf(view, 'source.ip'), user: textOf(view, 'user.name') })
  }
  return { found, failures }
}

const textOf = (view: EventView, field: string) => String(view.get(field))

describe('the normal day', () => {
  it.each([9, 77])('holds near misses of every rule that the attacks set off, and seldom; with seed %i', (seed) => {
    const { found, failures } = quietDay(seed)
    expect([...found].filter(([, n]) => n === 0).map(([text]) => text)).toEqual([])
    expect([...found].filter(([, n]) => n > 1_200)).toEqual([])
    // Ten accounts within ten minutes are one too many.
    const together = failures.map(
      ({ at, ip }) =>
        new Set(failures.filter((f) => f.ip === ip && f.at >= at && f.at < at + 10 * MINUTES).map((f) => f.user)).size,
    )
    expect(Math.max(...together)).toBeGreaterThanOrEqual(7)
    expect(Math.max(...together)).toBeLessThan(10)
  })

  it('is asked nothing that an attack would not answer', () => {
    const answered = new Set<string>()
    const rules = new Set<string>()
    for (let seed = 0; seed < 40; seed++)
      for (const line of stageAttacks(seed, end)) {
        const view = viewOfStored(replay.eventOf(line, end))
        for (const { rule } of line.intents) {
          rules.add(rule)
          if (rule === 'application_credential_stuffing') continue
          const near = questions.filter((q) => q.rule === rule && q.asks(view))
          expect(near.length, `${rule}: ${line.bytes}`).toBeGreaterThan(0)
          for (const q of near) answered.add(q.text)
        }
      }
    expect([...rules].sort()).toEqual(Object.keys(RULES).sort())
    expect(questions.map((q) => q.text).filter((text) => !answered.has(text))).toEqual([])
  })
})
