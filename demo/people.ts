import type { Random } from './random.ts'

/** Somebody with an account and the address he sits at. */
export interface Person {
  readonly user: string
  readonly ip: string
}

const FAMILY =
  'zhao qian sun li zhou wu zheng wang feng chen chu wei jiang shen han yang zhu qin xu he lv shi zhang kong cao yan hua jin tao'
const GIVEN =
  'min lei yun jing ping hao qiang yan fang bo rui xin ting kai lin na juan tao gang jie xia peng ying bin yu'

/** `count` people of an office whose addresses lie in `net` (`10.20.31`), the same ones for every seed. */
function office(net: string, count: number, step: number): readonly Person[] {
  const family = FAMILY.split(' ')
  const given = GIVEN.split(' ')
  return Array.from({ length: count }, (_, i) => ({
    user: `${family[(i * step + step) % family.length]}${given[(i * 7 + step) % given.length]}${i % 3 === 0 ? '' : (i % 9) + 1}`,
    ip: `${net}.${10 + i}`,
  }))
}

/** Clerks at the windows of the portal. */
export const CLERKS = office('10.20.31', 60, 5)
/** Duty officers of the hub. */
export const DUTY = office('10.20.6', 24, 11)
/** People who work with the exchange. */
export const DATA_STAFF = office('10.20.52', 30, 3)
/** Civil servants at the office platform. */
export const OFFICIALS = office('10.20.40', 140, 7)
/** Staff of the district of Yunpu. */
export const DISTRICT_STAFF = office('10.33.8', 40, 13)

/** System administrators of the cloud; they come through the bastion host. */
export const ADMINISTRATORS = ['zhangwei', 'lina', 'guohui', 'maxiaobo', 'tangyi'] as const

/** Operators of the contractor (prefix op_), who operate the hub and the exchange. */
export const OPERATORS = ['op_heqiang', 'op_liubin', 'op_songyu', 'op_dengfei', 'op_xiaotian', 'op_renjun'] as const

/** The bastion host of the operations zone. */
export const BASTION = '10.88.8.11'
/** The configuration, monitoring and backup hosts of the data centre. */
export const CONFIG_HOST = '10.50.5.30'
export const MONITOR_HOST = '10.50.5.20'

/** The contractor's office network: no sign-in comes from there in order. */
export function contractorOffice(r: Random): string {
  return `10.61.7.${r.between(20, 90)}`
}

/** A citizen's address (from the ranges set aside for tests, seldom IPv6). */
export function citizenAddress(r: Random): string {
  if (r.chance(0.04)) return `2001:db8:${r.hex(4).replace(/^0+(?=.)/, '')}::${r.between(1, 9999)}`
  return `198.${r.between(18, 19)}.${r.between(0, 255)}.${r.between(1, 254)}`
}

/** An address of the internet from which nothing good comes (the ranges set aside for documentation). */
export function hostileAddress(r: Random): string {
  return `${r.pick(['203.0.113', '198.51.100', '192.0.2'])}.${r.between(2, 250)}`
}

export function citizen(r: Random): string {
  return `citizen${r.between(10_000, 99_999)}`
}

/** A key's fingerprint, the same for the same name. */
export function fingerprint(name: string): string {
  let out = ''
  let h = 7
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  for (let i = 0; i < 43; i++) {
    h = (Math.imul(h, 31) + name.charCodeAt(i % name.length) + i) >>> 0
    out += letters[h % 64]
  }
  return out
}

/** User agents of browsers. */
export const BROWSERS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Safari/605.1.15',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.60',
  'Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0',
] as const

/** User agents of programs that may come by. */
export const ROBOTS = [
  'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)',
  'Sogou web spider/4.0(+http://www.sogou.com/docs/help/webmasters.htm#07)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
] as const
