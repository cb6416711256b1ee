import type { Host } from '../city.ts'
import type { AuditRecord } from '../line.ts'
import { CLERKS, citizen, citizenAddress, DATA_STAFF, DISTRICT_STAFF, DUTY, OFFICIALS, type Person } from '../people.ts'
import type { Random } from '../random.ts'
import { type Activity, CITIZENS, type Curve, NIGHT, OFFICES, STEADY, WORKING, type World } from '../world.ts'

type Entry = (r: Random) => AuditRecord

const app = (world: World, systemId: string, r: Random): Host => r.pick(world.of(systemId, 'app'))

function entries(perDay: number, curve: Curve, systemId: string, entry: Entry): Activity {
  return {
    perDay,
    curve,
    run: (world, time, r, out) => out(world.emit.audit(app(world, systemId, r), time, entry(r))),
  }
}

const record = (
  who: Person,
  action: string,
  object: string,
  objectType: string,
  detail: string,
  more: { readonly ok?: boolean; readonly count?: number } = {},
): AuditRecord => ({
  user: who.user,
  action,
  object,
  objectType,
  ok: more.ok ?? true,
  ip: who.ip,
  ...(more.count === undefined ? {} : { count: more.count }),
  detail,
})

/**
 * Somebody signs in, perhaps after wrong passwords, and out again later. So few wrong ones would not lock the account, nor pass
 * for guessing when the same person comes back within minutes.
 */
function signIns(perDay: number, curve: Curve, systemId: string, who: (r: Random) => Person, how: string): Activity {
  return {
    perDay,
    curve,
    run(world, time, r, out) {
      const person = who(r)
      const host = app(world, systemId, r)
      let at = time
      const wrong = r.chance(0.08) ? r.between(1, 3) : 0
      for (let n = 1; n <= wrong; n++) {
        const detail = `口令错误，第${n}次`
        out(world.emit.audit(host, at, record(person, 'login', systemId, 'application', detail, { ok: false })))
        at += r.between(4_000, 20_000)
      }
      out(world.emit.audit(host, at, record(person, 'login', systemId, 'application', `${how}；账号状态=正常`)))
      if (r.chance(0.4))
        out(
          world.emit.audit(
            host,
            at + r.between(60_000, 1_800_000),
            record(person, 'logout', systemId, 'application', '主动退出'),
          ),
        )
    },
  }
}

/** A course in a room behind one address: everybody mistypes the password of the day once, then is in. */
const COURSE: Activity = {
  perDay: 8,
  curve: WORKING,
  run(world, time, r, out) {
    const host = app(world, 'portal', r)
    for (let n = 1; n <= r.between(7, 9); n++) {
      const person = { user: `peixun${n}`, ip: '10.20.31.9' }
      const at = time + n * r.between(8_000, 20_000)
      const entry = (detail: string, ok: boolean) => record(person, 'login', 'portal', 'application', detail, { ok })
      out(world.emit.audit(host, at, entry('口令错误，第1次', false)))
      out(world.emit.audit(host, at + r.between(4_000, 30_000), entry('口令登录；账号状态=正常', true)))
    }
  },
}

const citizenPerson = (r: Random): Person => ({ user: citizen(r), ip: citizenAddress(r) })
const clerk = (r: Random) => r.pick(CLERKS)
const staff = (r: Random) => r.pick(DATA_STAFF)
const official = (r: Random) => r.pick(OFFICIALS)
const district = (r: Random) => r.pick(DISTRICT_STAFF)
const duty = (r: Random) => r.pick(DUTY)
const desk = (user: string, ip: string) => (): Person => ({ user, ip })
const helpdesk = desk('helpdesk01', '10.20.31.8')()
const security = desk('secadmin', '10.20.31.5')()
const auditor = desk('auditadmin', '10.20.52.3')()
const archive = desk('svc_archive', '10.50.3.30')()
const editor = desk('bianji02', '10.20.31.60')()

const FORMS = [
  '社保参保登记',
  '公积金提取申请',
  '户籍迁移申请',
  '居住证申领',
  '婚姻登记预约',
  '不动产登记申请',
  '入学报名',
]
const REGISTERS = ['社保参保登记', '社保缴费明细', '公积金缴存明细', '户籍业务受理清单']
const INTERFACES = ['人口核验接口', '法人核验接口', '婚姻登记查询接口', '社保状态查询接口', '电子证照接口']
const OPEN = ['公共停车场目录', '公交线路目录', '空气质量日报']

/** What people and programs do in applications, as their audit logs tell. */
export const AUDIT: readonly Activity[] = [
  // Portal
  signIns(1_900, CITIZENS, 'portal', citizenPerson, '短信登录'),
  signIns(240, OFFICES, 'portal', clerk, '口令登录'),
  COURSE,
  entries(2_200, CITIZENS, 'portal', (r) =>
    record(citizenPerson(r), 'submit', r.pick(FORMS), 'form', '提交办件', { count: 1 }),
  ),
  entries(1_500, OFFICES, 'portal', (r) =>
    record(clerk(r), 'query', r.pick(REGISTERS), 'dataset', '按证件号查询', { count: r.between(1, 3) }),
  ),
  entries(140, OFFICES, 'portal', (r) =>
    record(clerk(r), 'export', r.pick(REGISTERS), 'dataset', '当日受理清单', { count: r.between(20, 900) }),
  ),
  entries(6, WORKING, 'portal', (r) =>
    record(clerk(r), 'export', r.pick(REGISTERS), 'dataset', '缺少审批单', {
      count: r.between(1_200, 9_000),
      ok: false,
    }),
  ),
  entries(220, CITIZENS, 'portal', (r) => record(citizenPerson(r), 'create_account', 'portal', 'account', '自助注册')),
  entries(120, CITIZENS, 'portal', (r) =>
    record(
      citizenPerson(r),
      'upload',
      `/upload/2026/11/${r.hex(8)}.${r.pick(['jpg', 'pdf', 'png'])}`,
      'file',
      '附件上传',
      { count: 1 },
    ),
  ),
  entries(18, OFFICES, 'portal', (r) =>
    record(
      { user: `${r.pick(CLERKS).user}_old`, ip: r.pick(CLERKS).ip },
      'login',
      'portal',
      'application',
      '拒绝登录；账号状态=已注销',
      { ok: false },
    ),
  ),
  entries(14, WORKING, 'portal', (r) =>
    record(helpdesk, 'account_unlocked', r.pick(CLERKS).user, 'account', '本人现场核验'),
  ),
  entries(8, WORKING, 'portal', (r) =>
    record(security, 'grant_role', r.pick(CLERKS).user, 'account', '授予角色：窗口受理员'),
  ),
  entries(8, WORKING, 'portal', (r) =>
    record(
      security,
      'grant_role',
      r.pick(CLERKS).user,
      'account',
      `授予角色：数据管理员；审批单=SQ-2026-${r.between(1000, 1999)}`,
    ),
  ),
  entries(9, WORKING, 'portal', (r) => {
    const c = clerk(r)
    return record(c, 'mfa_rebind', c.user, 'account', '更换手机')
  }),
  entries(40, WORKING, 'portal', (r) =>
    record(editor, 'page_publish', `/news/${r.between(1_000, 9_999)}.html`, 'page', '三审三校'),
  ),
  // Exchange
  entries(5_200, STEADY, 'exchange', (r) =>
    record(
      { user: `app_${r.pick(['minzheng', 'renshe', 'yibao', 'gongan', 'jiaoyu'])}`, ip: `10.61.9.${r.between(2, 40)}` },
      'api_call',
      r.pick(INTERFACES),
      'interface',
      '凭证状态=有效',
      { count: 1 },
    ),
  ),
  entries(30, STEADY, 'exchange', (r) =>
    record(
      { user: 'app_minzheng_old', ip: `10.61.9.${r.between(2, 40)}` },
      'api_call',
      r.pick(INTERFACES),
      'interface',
      '凭证状态=已吊销',
      { count: 0, ok: false },
    ),
  ),
  entries(90, OFFICES, 'exchange', (r) =>
    record(staff(r), 'export', r.pick(OPEN), 'dataset', '开放目录', { count: r.between(2_000, 60_000) }),
  ),
  entries(16, WORKING, 'exchange', (r) =>
    record(staff(r), 'query', '人口基础信息', 'dataset', '数据质量抽查', { count: r.between(5, 50) }),
  ),
  entries(10, WORKING, 'exchange', (r) =>
    record(staff(r), 'masking_update', r.pick(INTERFACES), 'interface', '证件号码：保留前三后四'),
  ),
  entries(8, WORKING, 'exchange', (r) =>
    record(staff(r), 'masking_disable', r.pick(INTERFACES), 'interface', '无权限', { ok: false }),
  ),
  entries(24, OFFICES, 'exchange', () =>
    record(auditor, 'audit_view', '数据交换审计', 'audit', '日常查看', { count: 50 }),
  ),
  entries(4, NIGHT, 'exchange', (r) =>
    record(archive, 'archive', '数据交换审计日志', 'audit_log', '按月归档', { count: r.between(20_000, 60_000) }),
  ),
  entries(8, WORKING, 'exchange', (r) =>
    record(staff(r), 'audit_stop', '数据交换审计', 'audit', '无权限', { ok: false }),
  ),
  entries(8, WORKING, 'exchange', (r) =>
    record(staff(r), 'delete', '平台操作日志', 'audit_log', '无权限', { count: 0, ok: false }),
  ),
  signIns(120, OFFICES, 'exchange', staff, '口令登录'),
  // Hub
  signIns(160, STEADY, 'hub', duty, '口令登录'),
  entries(700, STEADY, 'hub', (r) => record(duty(r), 'dispatch', `事项${r.between(10_000, 99_999)}`, 'order', '转办')),
  // Office platform
  signIns(420, OFFICES, 'office', official, '口令登录'),
  entries(700, OFFICES, 'office', (r) =>
    record(official(r), 'view', `公文〔2026〕${r.between(1, 900)}号`, 'document', '阅读'),
  ),
  entries(70, OFFICES, 'office', (r) =>
    record(official(r), 'batch_download', `会议材料/第${r.between(1, 40)}次`, 'file', '打包下载', {
      count: r.between(5, 120),
    }),
  ),
  entries(60, OFFICES, 'office', (r) => record(official(r), 'delete', '通知草稿', 'document', '', { count: 1 })),
  entries(5, WORKING, 'office', (r) =>
    record({ user: 'sysadmin', ip: '10.20.40.3' }, 'create_account', `new${r.between(100, 999)}`, 'account', '新入职'),
  ),
  // District platform
  signIns(200, OFFICES, 'yunpu-platform', district, '口令登录'),
  signIns(2, WORKING, 'yunpu-platform', desk('sysadmin', '10.33.4.15'), '口令登录'),
  entries(500, OFFICES, 'yunpu-platform', (r) =>
    record(district(r), 'query', '企业证照清单', 'dataset', '窗口查询', { count: r.between(1, 20) }),
  ),
  entries(90, CITIZENS, 'yunpu-platform', (r) =>
    record(
      citizenPerson(r),
      'upload',
      `/upload/2026/11/${r.pick(['营业执照', '申请表', '承诺书'])}${r.between(1, 999)}.${r.pick(['jpg', 'pdf'])}`,
      'file',
      '附件上传',
      { count: 1 },
    ),
  ),
  entries(16, CITIZENS, 'yunpu-platform', (r) =>
    record(citizenPerson(r), 'upload', `/upload/2026/11/${r.hex(6)}.jsp`, 'file', '文件类型不允许', {
      count: 1,
      ok: false,
    }),
  ),
]
