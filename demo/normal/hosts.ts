import type { Host } from '../city.ts'
import { HOUR, MINUTE } from '../clock.ts'
import type { DemoLine, HostRecord } from '../line.ts'
import {
  ADMINISTRATORS,
  BASTION,
  CONFIG_HOST,
  contractorOffice,
  fingerprint,
  hostileAddress,
  MONITOR_HOST,
  OPERATORS,
} from '../people.ts'
import type { Random } from '../random.ts'
import {
  accepted,
  crontab,
  daemon,
  groupJoined,
  job,
  refused,
  session,
  sudo,
  userAdded,
  wrongPassword,
} from '../records.ts'
import { type Activity, type Curve, EVENING, NIGHT, OFFICES, STEADY, WORKING, type World } from '../world.ts'

type Out = (line: DemoLine) => void

const pid = (r: Random) => r.between(900, 64_000)
const port = (r: Random) => r.between(32_768, 60_999)

/** One record on one of the hosts that `choose` leaves. */
function records(
  perDay: number,
  curve: Curve,
  choose: (host: Host) => boolean,
  record: (r: Random, host: Host) => HostRecord | readonly HostRecord[],
): Activity {
  return {
    perDay,
    curve,
    run(world, time, r, out) {
      const host = r.pick(world.hosts.filter(choose))
      const made = record(r, host)
      const list = Array.isArray(made) ? (made as readonly HostRecord[]) : [made as HostRecord]
      list.forEach((x, i) => {
        out(world.emit.host(host, time + i * r.between(1, 60), x))
      })
    },
  }
}

function newAccount(r: Random): readonly HostRecord[] {
  const name = `${r.pick(['heyan', 'luoke', 'moqing', 'baishan'])}${r.between(1, 99)}`
  return [userAdded(name, r.between(1_010, 1_090), pid(r)), groupJoined(name, 'tomcat', pid(r))]
}

/** Somebody signs in with his key, runs commands through sudo and leaves. */
function work(
  world: World,
  host: Host,
  time: number,
  r: Random,
  out: Out,
  user: string,
  commands: readonly string[],
): void {
  const id = pid(r)
  const say = (at: number, record: HostRecord) => out(world.emit.host(host, at, record))
  say(time, accepted({ user, ip: BASTION, port: port(r), pid: id, key: fingerprint(user) }))
  say(time + 40, session('sshd', 'opened', user, id))
  let at = time + r.between(5_000, 60_000)
  for (const command of commands) {
    say(at, sudo(user, command))
    say(at + 8, session('sudo', 'opened', 'root', pid(r)))
    at += r.between(1_000, 5 * MINUTE)
    say(at, session('sudo', 'closed', 'root', pid(r)))
    at += r.between(1_000, 60_000)
  }
  say(at + r.between(5_000, 20 * MINUTE), session('sshd', 'closed', user, id))
}

const ADMIN_COMMANDS = [
  '/usr/bin/systemctl status auditd',
  '/usr/bin/systemctl status mysqld',
  '/usr/bin/systemctl restart rsyslog.service',
  '/usr/bin/systemctl reload nginx',
  '/usr/bin/tail -n 200 /var/log/auth.log',
  '/usr/bin/less /var/log/messages',
  '/usr/bin/rm /var/log/nginx/access.log.30.gz',
  '/usr/bin/ls -l /etc/shadow',
  '/usr/bin/truncate -s 0 /var/log/tomcat/catalina.out',
  '/usr/bin/wc -l /root/.ssh/authorized_keys',
  '/usr/bin/grep -rn /dev/tcp/ /etc/profile.d',
  '/usr/bin/ls -l /data/backup/portal',
  '/usr/bin/firewall-cmd --list-all',
  '/usr/bin/nc -zv 10.33.4.31 5432',
  '/usr/bin/df -h',
  '/usr/bin/journalctl -u nginx --since today',
  '/usr/sbin/auditctl -l',
  '/bin/bash',
  '/usr/bin/apt-get update',
]
const OPERATOR_COMMANDS = [
  '/usr/bin/systemctl status mysqld',
  '/usr/bin/systemctl restart exchange-api.service',
  '/usr/bin/tail -n 500 /var/log/exchange/api.log',
  '/usr/bin/docker ps',
  '/usr/bin/mysql -e show processlist',
]

const operated = (h: Host) => h.systemId === 'hub' || h.systemId === 'exchange'
const any = (h: Host) => h.part !== 'bastion'
const facing = (h: Host) => h.part === 'web'

/** A backup, by the account that makes backups. */
const BACKUP: Activity = {
  perDay: 10,
  curve: NIGHT,
  run(world, time, r, out) {
    const host = r.pick(world.hosts.filter((h) => h.part === 'db'))
    const store = world.of('datacenter', 'backup')[0]!
    const folder = '/var/lib/backup'
    const dump = '/usr/bin/mysqldump --single-transaction --all-databases'
    out(world.emit.host(host, time, sudo('svc_backup', dump, 'mysql', 'unknown', folder)))
    const clean = '/usr/bin/find /data/backup -mtime +30 -delete'
    out(world.emit.host(store, time + 20 * MINUTE, sudo('svc_backup', clean, 'root', 'unknown', folder)))
  },
}

/** What hosts write by themselves and for those who look after them. */
export const HOSTS: readonly Activity[] = [
  {
    perDay: 110,
    curve: OFFICES,
    run: (world, time, r, out) =>
      work(
        world,
        r.pick(world.hosts.filter(any)),
        time,
        r,
        out,
        r.pick(ADMINISTRATORS),
        r.sample(ADMIN_COMMANDS, r.between(1, 4)),
      ),
  },
  {
    perDay: 50,
    curve: OFFICES,
    run: (world, time, r, out) =>
      work(
        world,
        r.pick(world.hosts.filter(operated)),
        time,
        r,
        out,
        r.pick(OPERATORS),
        r.sample(OPERATOR_COMMANDS, r.between(1, 3)),
      ),
  },
  BACKUP,
  // Monitoring looks at every host in turn; the configuration host comes as root, with its key.
  {
    perDay: 48,
    curve: STEADY,
    run(world, time, r, out) {
      world.hosts.forEach((host, i) => {
        const id = pid(r)
        const at = time + i * 700
        const by = { user: 'svc_monitor', ip: MONITOR_HOST, port: port(r), pid: id, key: fingerprint('svc_monitor') }
        out(world.emit.host(host, at, accepted(by)))
        out(world.emit.host(host, at + 30, session('sshd', 'opened', 'svc_monitor', id)))
        out(world.emit.host(host, at + 2_000, session('sshd', 'closed', 'svc_monitor', id)))
      })
    },
  },
  records(90, STEADY, any, (r) => {
    const id = pid(r)
    return [
      accepted({ user: 'root', ip: CONFIG_HOST, port: port(r), pid: id, key: fingerprint('config') }),
      session('sshd', 'opened', 'root', id),
      session('sshd', 'closed', 'root', id),
    ]
  }),
  // Wrong passwords: from the desks, from the contractor's office (not let in), and from the internet.
  records(30, OFFICES, any, (r) => {
    const user = r.pick(ADMINISTRATORS)
    const id = pid(r)
    return [wrongPassword(user, BASTION, id), refused({ user, ip: BASTION, port: port(r), pid: id })]
  }),
  records(12, OFFICES, operated, (r) =>
    refused({ user: r.pick(OPERATORS), ip: contractorOffice(r), port: port(r), pid: pid(r) }),
  ),
  records(420, STEADY, facing, (r) =>
    refused({
      user: r.pick(['root', 'admin', 'oracle', 'test', 'ubuntu']),
      ip: hostileAddress(r),
      port: port(r),
      pid: pid(r),
      unknown: r.chance(0.6),
    }),
  ),
  records(60, STEADY, facing, (r) =>
    daemon(
      'sshd',
      pid(r),
      `Connection closed by authenticating user root ${hostileAddress(r)} port ${port(r)} [preauth]`,
    ),
  ),
  // Jobs
  records(3_000, STEADY, any, (r, h) => {
    const id = pid(r)
    const command = r.pick([
      'curl -fsS http://127.0.0.1:8080/health >/dev/null',
      '/usr/lib/sysstat/sa1 1 1',
      '[ -x /usr/sbin/logrotate ] && /usr/sbin/logrotate /etc/logrotate.conf',
      `/opt/${h.systemId}/bin/sync-dictionary`,
    ])
    return [session('CRON', 'opened', 'root', id), job('root', command, id), session('CRON', 'closed', 'root', id)]
  }),
  records(8, WORKING, any, (r) => crontab('root', 'REPLACE', pid(r))),
  records(
    10,
    WORKING,
    (h) => h.part === 'app',
    (r) => crontab('tomcat', 'LIST', pid(r)),
  ),
  records(
    60,
    NIGHT,
    (h) => h.part === 'app',
    (r, h) =>
      sudo(
        'svc_deploy',
        r.pick([
          '/usr/bin/systemctl reload nginx',
          `/usr/bin/docker run -d -v /data/${h.systemId}:/data registry.yunzhu.example/${h.systemId}:3.2.${r.between(1, 9)}`,
        ]),
        'root',
        'unknown',
        '/opt/deploy',
      ),
  ),
  records(
    8,
    WORKING,
    (h) => h.part === 'app',
    () => sudo('tomcat', '/usr/bin/systemctl restart tomcat', 'root', 'unknown', '/opt/tomcat'),
  ),
  // Accounts, by day and, for those who start tomorrow, in the evening
  records(14, WORKING, any, newAccount),
  records(5, EVENING, any, newAccount),
  // Daemons
  records(1_600, STEADY, any, (r) =>
    daemon(
      'systemd',
      1,
      r.pick([
        'Started Daily apt download activities.',
        'Starting system activity accounting tool...',
        'Finished Rotate log files.',
        'logrotate.service: Deactivated successfully.',
      ]),
    ),
  ),
  records(300, STEADY, any, (r) => daemon('chronyd', pid(r), `Selected source 10.50.5.${r.pick([53, 54])}`)),
  records(25, NIGHT, any, (r) => daemon('auditd', pid(r), 'Audit daemon rotating log files')),
  records(500, STEADY, any, (r) =>
    daemon(
      'kernel',
      0,
      `[${r.between(100_000, 9_999_999)}.${r.between(100_000, 999_999)}] TCP: request_sock_TCP: Possible SYN flooding on port 443. Sending cookies.`,
    ),
  ),
  records(
    24,
    STEADY,
    (h) => h.part === 'dns',
    (r) =>
      daemon(
        'named',
        pid(r),
        `zone yunzhu.example/IN: sending notifies (serial ${Math.floor(r.between(1, 9))}${HOUR})`,
      ),
  ),
]
