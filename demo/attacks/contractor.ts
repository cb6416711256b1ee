import { HOUR } from '../clock.ts'
import type { AuditRecord, DemoLine, HostRecord, Intent } from '../line.ts'
import { contractorOffice, OPERATORS } from '../people.ts'
import { accepted, daemon, groupJoined, refused, session, sudo } from '../records.ts'
import type { RuleName } from '../rules.ts'
import { type Attack, placeWithin, ticking } from './plot.ts'

const TABLES: Readonly<Record<string, readonly string[]>> = {
  exchange: ['exchange company_register', 'exchange interface_log', 'exchange address_base'],
  hub: ['hub dispatch_order', 'hub sensor_archive', 'hub duty_roster'],
}

/**
 * A system that the contractor operates: an operator comes straight from his office instead of through the bastion host,
 * gives himself rights, dumps a database, and then removes what would tell of it.
 */
export const contractor: Attack = (world, r, end) => {
  const lines: DemoLine[] = []
  const systemId = r.pick(['exchange', 'hub'])
  const host = world.of(systemId, 'db')[0]!
  const app = r.pick(world.of(systemId, 'app'))
  const user = r.pick(OPERATORS)
  const ip = contractorOffice(r)
  const next = ticking(r, placeWithin(r, end, 11, 22, 2 * HOUR))
  const byUser = (rule: RuleName): Intent => ({ rule, entity: `user.name:${user}` })
  const say = (time: number, record: HostRecord, ...intents: readonly Intent[]) =>
    lines.push(world.emit.host(host, time, record, intents))
  const run = (time: number, command: string, rule?: RuleName, as = 'root') =>
    say(time, sudo(user, command, as, 'pts/2'), ...(rule === undefined ? [] : [byUser(rule)]))
  const audit = (time: number, record: Omit<AuditRecord, 'ip' | 'user' | 'ok'>, rule: RuleName) =>
    lines.push(world.emit.audit(app, time, { ...record, user, ip, ok: true }, [byUser(rule)]))

  const id = r.between(18_000, 40_000)
  const port = r.between(49_000, 60_000)
  for (let n = r.between(0, 2); n > 0; n--) say(next(2_000, 9_000), refused({ user, ip, port: port - n, pid: id - n }))
  say(next(2_000, 9_000), accepted({ user, ip, port, pid: id }), byUser('contractor_sign_in_past_bastion'))
  say(next(20, 60), session('sshd', 'opened', user, id))
  run(next(30_000, 200_000), '/usr/bin/systemctl status mysqld')

  if (r.chance(0.7)) {
    run(next(30_000, 300_000), `/usr/sbin/usermod -aG wheel ${user}`)
    const group = next(10, 60)
    say(group, groupJoined(user, 'wheel', id + 9), byUser('host_privileged_group_changed'))
    say(group + 2, groupJoined(user, 'wheel', id + 9, true), byUser('host_privileged_group_changed'))
  }
  const grant = { action: 'grant_role', object: user, objectType: 'account', detail: '授予角色：数据管理员' }
  audit(next(60_000, 400_000), grant, 'privileged_role_granted')
  if (r.chance(0.5)) {
    const bare = {
      action: 'masking_disable',
      object: '法人核验接口',
      objectType: 'interface',
      detail: '脱敏策略：关闭',
    }
    audit(next(60_000, 400_000), bare, 'masking_disabled')
  }

  for (const table of r.sample(TABLES[systemId]!, r.between(1, 2)))
    run(next(120_000, 700_000), `/usr/bin/mysqldump --single-transaction ${table}`, 'database_dump_by_person', 'mysql')

  const log = r.pick(['auth.log', 'secure', 'audit/audit.log'])
  run(next(60_000, 300_000), `/usr/bin/truncate -s 0 /var/log/${log}`, 'host_log_tampering')
  run(next(20_000, 90_000), '/usr/bin/systemctl stop auditd', 'host_audit_stopped')
  const exit = daemon('auditd', r.between(600, 900), 'The audit daemon is exiting.')
  say(next(200, 900), exit, { rule: 'audit_daemon_exited', entity: `host.name:${host.name}` })
  if (r.chance(0.6)) {
    const count = r.between(80, 700)
    const gone = { action: 'delete', object: '平台操作日志', objectType: 'audit_log', count, detail: '删除当日区间' }
    audit(next(30_000, 200_000), gone, 'application_audit_log_deleted')
  } else {
    const off = { action: 'audit_stop', object: '平台操作审计', objectType: 'audit', detail: '审计开关：关闭' }
    audit(next(30_000, 200_000), off, 'application_audit_stopped')
  }
  say(next(30_000, 200_000), session('sshd', 'closed', user, id))
  return lines
}
