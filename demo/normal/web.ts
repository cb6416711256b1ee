import { MINUTE } from '../clock.ts'
import type { Hit } from '../line.ts'
import { BROWSERS, CLERKS, citizenAddress, DISTRICT_STAFF, DUTY, hostileAddress, OFFICIALS, ROBOTS } from '../people.ts'
import type { Random } from '../random.ts'
import { type Activity, CITIZENS, type Curve, OFFICES, STEADY } from '../world.ts'

const SERVICES = ['0312', '0418', '1107', '2203', '3051', '4410', '5106']
const WORDS = [
  '社保',
  '公积金 提取',
  '居住证',
  '婚姻登记预约',
  '不动产',
  '医保报销',
  'trade union to select',
  "O'Brien",
  '睡眠门诊 sleep',
  'information schema',
  '入学 报名',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a search for a template's text, no lookup
  '${title}',
]
const PORTAL = [
  '/',
  '/service/list',
  '/service/detail',
  '/apply/step1.jsp',
  '/apply/step2.jsp',
  '/progress',
  '/user/center',
  '/news',
]
const STATIC = [
  '/assets/app.4f1c2a.js',
  '/assets/app.91bd07.css',
  '/images/logo.png',
  '/upload/2026/11/permit.jpg',
  '/favicon.ico',
]
const HUB = ['/overview', '/dispatch/list', '/map/tiles/14/13312/7121.png', '/api/sensors/latest', '/video/wall']
const OFFICE = ['/todo', '/doc/inbox', '/doc/view', '/meeting/list', '/address-book', '/notice/list']
const DISTRICT = ['/', '/case/list', '/case/detail', '/licence/query', '/grid/map', '/message']

const search = (r: Random) =>
  `/search?q=${encodeURIComponent(r.pick(WORDS)).replaceAll('%20', '+').replaceAll("'", '%27')}`
const answer = (r: Random) => (r.chance(0.96) ? 200 : r.pick([304, 302, 404, 500]))

/** One person looks at pages of a system, one after the other. */
function visits(
  perDay: number,
  curve: Curve,
  systemId: string,
  pages: readonly string[],
  from: (r: Random) => string,
): Activity {
  return {
    perDay,
    curve,
    run(world, time, r, out) {
      const hosts = world.of(systemId, 'web')
      const ip = from(r)
      const agent = r.pick(BROWSERS)
      const site = `https://${systemId}.yunzhu.example`
      let at = time
      let last: string | undefined
      for (let n = r.between(3, 8); n > 0; n--) {
        const page = r.pick(pages)
        const detail = page.endsWith('detail') || page.endsWith('.jsp') ? `?item=${r.pick(SERVICES)}` : ''
        const target = systemId === 'portal' && r.chance(0.12) ? search(r) : `${page}${detail}`
        const method = r.chance(0.12) && page.includes('apply') ? 'POST' : 'GET'
        const hit: Hit = { ip, method, target, status: answer(r), bytes: r.between(900, 46_000), agent }
        out(world.emit.web(r.pick(hosts), at, last === undefined ? hit : { ...hit, referrer: last }))
        last = `${site}${page}`
        if (systemId === 'portal' && r.chance(0.5)) {
          const asset: Hit = {
            ip,
            method: 'GET',
            target: r.pick(STATIC),
            status: 200,
            bytes: r.between(2_000, 90_000),
            agent,
          }
          out(world.emit.web(r.pick(hosts), at + r.between(20, 400), { ...asset, referrer: last }))
        }
        at += r.between(2_000, 40_000)
      }
    },
  }
}

/** Single requests to a system's web hosts. */
function requests(perDay: number, curve: Curve, systemId: string, hit: (r: Random) => Hit): Activity {
  return {
    perDay,
    curve,
    run(world, time, r, out) {
      out(world.emit.web(r.pick(world.of(systemId, 'web')), time, hit(r)))
    },
  }
}

const get = (ip: string, target: string, status: number, bytes: number, agent: string): Hit => ({
  ip,
  method: 'GET',
  target,
  status,
  bytes,
  agent,
})

/** What a scan of the whole internet asks every site for, and does not get. */
const PROBES: readonly (readonly [target: string, status: number])[] = [
  ['/.env', 404],
  ['/.git/config', 404],
  ['/backup.zip', 404],
  ['/wwwroot.rar', 404],
  ['/admin/login', 403],
  ['/manager/html', 403],
  ['/actuator/env', 403],
  ['/nacos/v1/auth/users', 404],
  ['/upload/shell.jsp', 404],
  ['/static/cmd.php', 404],
  ['/index?cmd=whoami', 403],
  ['/phpmyadmin/', 404],
]

/** Pages of the city: citizens, offices, machines, robots, and the probes that every public site gets. */
export const WEB: readonly Activity[] = [
  visits(7_000, CITIZENS, 'portal', PORTAL, (r) => (r.chance(0.1) ? r.pick(CLERKS).ip : citizenAddress(r))),
  visits(900, STEADY, 'hub', HUB, (r) => r.pick(DUTY).ip),
  visits(1_400, OFFICES, 'office', OFFICE, (r) => r.pick(OFFICIALS).ip),
  visits(1_300, CITIZENS, 'yunpu-platform', DISTRICT, (r) =>
    r.chance(0.5) ? r.pick(DISTRICT_STAFF).ip : citizenAddress(r),
  ),
  requests(13_000, STEADY, 'exchange', (r) => ({
    ...get(
      `10.61.9.${r.between(2, 40)}`,
      `/api/v2/${r.pick(['person', 'company', 'address', 'permit'])}/verify`,
      200,
      r.between(180, 2_400),
      'okhttp/4.12.0',
    ),
    method: 'POST',
  })),
  requests(240, OFFICES, 'exchange', (r) =>
    get(
      citizenAddress(r),
      r.pick(['/open/download/traffic-2025.csv', '/open/download/parking.json']),
      200,
      r.between(40_000, 524_288_000),
      r.pick(BROWSERS),
    ),
  ),
  requests(120, OFFICES, 'exchange', (r) =>
    get(
      `10.20.52.${r.between(10, 39)}`,
      `/report/2026-${String(r.between(1, 10)).padStart(2, '0')}.xlsx`,
      200,
      r.between(400_000, 9_000_000),
      r.pick(BROWSERS),
    ),
  ),
  requests(500, STEADY, 'hub', (r) =>
    get(
      r.pick(DUTY).ip,
      `/dispatch/list?command=identify&page=${r.between(1, 20)}`,
      200,
      r.between(2_000, 9_000),
      r.pick(BROWSERS),
    ),
  ),
  requests(700, STEADY, 'portal', (r) =>
    get(
      citizenAddress(r),
      r.pick(['/robots.txt', '/news', '/service/list', '/sitemap.xml']),
      200,
      r.between(112, 30_000),
      r.pick(ROBOTS),
    ),
  ),
  requests(60, CITIZENS, 'portal', (r) =>
    get(citizenAddress(r), '/news/../images/logo.png', 200, 5_312, r.pick(BROWSERS)),
  ),
  // A notice that names its attachment from where it stands itself; the viewer knows no folders.
  requests(40, CITIZENS, 'yunpu-platform', (r) =>
    get(
      citizenAddress(r),
      `/file/view?name=${r.pick(['..%2f', '../'])}notice-${r.between(1, 90)}.pdf`,
      404,
      162,
      r.pick(BROWSERS),
    ),
  ),
  requests(80, CITIZENS, 'portal', (r) =>
    get(citizenAddress(r), '/download/forms-2026.zip', 200, 348_120, r.pick(BROWSERS)),
  ),
  requests(720, STEADY, 'portal', (r) =>
    get('10.50.5.20', '/actuator/health', 200, 15, `curl/8.5.0 check/${r.between(1, 4)}`),
  ),
  requests(90, STEADY, 'portal', (r) => get(citizenAddress(r), '/actuator/health', 200, 15, 'Mozilla/5.0')),
  requests(60, OFFICES, 'portal', (r) =>
    get(
      '10.88.8.11',
      r.pick(['/actuator/env', '/admin/users', '/swagger-ui/index.html']),
      200,
      r.between(4_000, 20_000),
      r.pick(BROWSERS),
    ),
  ),
  requests(90, OFFICES, 'yunpu-platform', (r) =>
    get(
      r.pick(DISTRICT_STAFF).ip,
      r.pick(['/admin/users', '/manage/case', '/system/user/list']),
      200,
      r.between(4_000, 30_000),
      r.pick(BROWSERS),
    ),
  ),
  ...(['portal', 'yunpu-platform', 'exchange'] as const).map(
    (systemId): Activity => ({
      perDay: 30,
      curve: STEADY,
      run(world, time, r, out) {
        const ip = hostileAddress(r)
        const agent = r.pick([
          'Mozilla/5.0',
          'Mozilla/5.0 (compatible; CensysInspect/1.1)',
          'Mozilla/5.0 zgrab/0.x',
          'Go-http-client/1.1',
        ])
        const hosts = world.of(systemId, 'web')
        r.sample(PROBES, r.between(2, 9)).forEach(([target, status], i) => {
          out(world.emit.web(r.pick(hosts), time + i * r.between(200, MINUTE / 4), get(ip, target, status, 162, agent)))
        })
      },
    }),
  ),
]
