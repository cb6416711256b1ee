import { HOUR } from '../clock.ts'
import type { AuditRecord, DemoLine, Hit, Intent } from '../line.ts'
import { BROWSERS, CLERKS, hostileAddress } from '../people.ts'
import { type Attack, placeWithin, ticking } from './plot.ts'

/** Accounts of people who left; they should not open anything any more. */
const FORMER = ['guyifan', 'pangmeng', 'weishuai', 'xuexin', 'zhuqinglan', 'tongyue', 'shaopeng', 'ruanjie']

const SPOILS = [
  ['社保缴费明细', 8_000, 42_000],
  ['公积金缴存明细', 5_000, 30_000],
  ['户籍业务受理清单', 2_000, 12_000],
  ['社保参保登记', 3_000, 18_000],
] as const

/**
 * The portal: one address tries a few passwords on many accounts until some are locked, gets into an account that was
 * cancelled but still opens, and exports personal data; sometimes the web server's log shows the size of it.
 */
export const spraying: Attack = (world, r, end) => {
  const lines: DemoLine[] = []
  const apps = world.of('portal', 'app')
  const ip = hostileAddress(r)
  const former = r.pick(FORMER)
  const next = ticking(r, placeWithin(r, end, 8, 20, 2 * HOUR))
  const audit = (record: Omit<AuditRecord, 'ip'>, time: number, ...intents: readonly Intent[]) =>
    lines.push(world.emit.audit(r.pick(apps), time, { ...record, ip }, intents))

  const targets = r.sample(CLERKS, r.between(24, 45))
  const unlucky = new Set(r.sample(targets, r.between(3, 7)))
  const signIn = { action: 'login', object: 'portal', objectType: 'application' }
  // So many accounts from one address within minutes are noticed together.
  const tried: Intent = { rule: 'application_credential_stuffing', entity: `source.ip:${ip}` }
  for (let round = 1; round <= 5; round++)
    for (const [n, { user }] of targets.entries()) {
      if (round > 2 && !unlucky.has(targets[n]!)) continue
      const intents = round === 1 && n === 9 ? [tried] : []
      audit({ ...signIn, user, ok: false, detail: `口令错误，第${round}次` }, next(400, 4_000), ...intents)
      if (round < 5) continue
      const locked = { user, action: 'account_locked', object: user, objectType: 'account', ok: true }
      const intent: Intent = { rule: 'portal_account_locked', entity: `source.ip:${ip}` }
      audit({ ...locked, detail: '连续5次口令错误，锁定30分钟' }, next(20, 200), intent)
    }

  const who = `user.name:${former}`
  audit({ ...signIn, user: former, ok: false, detail: '口令错误，第1次' }, next(60_000, 300_000))
  const opened = { ...signIn, user: former, ok: true, detail: '口令登录；账号状态=已注销' }
  audit(opened, next(5_000, 60_000), { rule: 'revoked_account_sign_in', entity: who })

  for (const [object, least, most] of r.sample(SPOILS, r.between(1, 3))) {
    const look = {
      user: former,
      action: 'query',
      object,
      objectType: 'dataset',
      ok: true,
      count: 20,
      detail: '列表浏览',
    }
    audit(look, next(30_000, 240_000))
    const taken = { ...look, action: 'export', count: r.between(least, most), detail: '导出为xlsx' }
    audit(taken, next(20_000, 120_000), { rule: 'bulk_personal_data_export', entity: who })
  }
  if (r.chance(0.5)) {
    const target = `/api/export/package?task=${r.hex(8)}`
    const bytes = r.between(220_000_000, 900_000_000)
    const hit: Hit = { ip, method: 'GET', target, status: 200, bytes, agent: r.pick(BROWSERS) }
    const intent: Intent = { rule: 'web_very_large_response', entity: `source.ip:${ip}` }
    lines.push(world.emit.web(r.pick(world.of('portal', 'web')), next(10_000, 90_000), hit, [intent]))
  }
  return lines
}
