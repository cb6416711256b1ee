import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import type { Asset, Dataset, Party, System, Unit } from '../core/model/index.ts'

/** The file of the sample city, as `suidun inventory apply` takes it. */
export const CITY_FILE = new URL('city.yaml', import.meta.url)

/** The unit to which the city's syslog belongs (`syslog.unit`); all systems that send syslog are its own. */
export const SYSLOG_UNIT = 'yunzhu'

/** Minutes east of UTC of syslog lines that name no zone (`timezone.offset`). */
export const TIMEZONE_OFFSET = 480

export interface City {
  readonly units: readonly Unit[]
  readonly parties: readonly Party[]
  readonly systems: readonly Omit<System, 'kind'>[]
  readonly assets: readonly Asset[]
  readonly datasets: readonly Dataset[]
}

/** What a host does, as the middle of its name says (`portal-web-1`). */
export type Part = 'web' | 'app' | 'api' | 'db' | 'conf' | 'monitor' | 'backup' | 'dns' | 'bastion'

export interface Host {
  readonly name: string
  readonly address: string
  readonly part: Part
  readonly systemId: string
  readonly unitId: string
}

/** The sample city as its file tells it. */
export function readCity(): City {
  return load(readFileSync(CITY_FILE, 'utf8')) as City
}

/** The machines of the city that send logs. */
export function hostsOf(city: City): readonly Host[] {
  return city.assets.map((a) => ({
    name: a.hostNames[0]!,
    address: a.addresses[0]!,
    part: a.id.split('-').at(-2) as Part,
    systemId: a.systemId,
    unitId: a.unitId,
  }))
}
