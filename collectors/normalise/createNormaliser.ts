import type { Value } from '../../core/event.ts'
import type { EstateSnapshot } from '../../core/model/index.ts'
import { usualForm } from '../../core/usualForm.ts'
import type { Draft, MutableEcs, Normalise, Origin } from '../contract.ts'
import { loadMappings } from '../parsers/mappings.ts'
import { compileTexts } from '../parsers/text.ts'
import { compileZone, EARLIEST, LATEST, UTC } from '../parsers/time.ts'
import { aboutLine, isTolerated } from './about.ts'
import { compileAudit } from './audit.ts'
import { type Building, begin, changed, put, setTyped, typed } from './building.ts'
import { compileKeys, LEAVES } from './catalogue.ts'
import { instant } from './coerce.ts'
import { iso } from './iso.ts'
import { compileLines } from './lines.ts'
import { parseObject, parseWithDigits } from './parseObject.ts'
import { placementOf } from './placement.ts'
import { shapeObject } from './shape.ts'

export interface NormaliserOptions {
  readonly estate: EstateSnapshot
  /** For times that name no zone: `UTC`, `+08:00`, `Asia/Shanghai`. */
  readonly zone?: string
}

const MILLENNIUM = Date.UTC(2000, 0, 1)

/** Half of a surrogate pair as a JSON escape; no store reads one that stands alone. */
const HALF_PAIR = /\\u[dD][89a-fA-F]/

const HOST = LEAVES.get('host.name')!
const CREATED = LEAVES.get('event.created')!

/**
 * Builds the function that turns a line into a draft (see `Normalise`). Mappings are read and compiled here; this throws
 * where one is broken or the zone unknown. The function keeps nothing from line to line but the last zone offset.
 */
export function createNormaliser({ estate, zone: zoneName = 'UTC' }: NormaliserOptions): Normalise {
  const mappings = loadMappings()
  const zone = zoneName === 'UTC' ? UTC : compileZone(zoneName)
  const audit = compileAudit(mappings.audit)
  const plain = compileKeys()
  const placement = placementOf(estate)
  const lines = compileLines({ texts: compileTexts(mappings.texts), web: mappings.web, zone })
  const { time: timeKeys, host: hostKeys, message: messageKeys, app: appKeys } = mappings.json

  return (line, framing, origin) => {
    try {
      return framing === 'json' ? fromJson(line, origin) : fromSyslog(line, origin)
    } catch (e) {
      // Only JSON nested thousands of levels deep comes here: it cannot be written as text without a stack.
      return fail(line, origin, e instanceof RangeError ? 'nested too deep' : 'cannot be read')
    }
  }

  function fromJson(line: string, origin: Origin): Draft {
    const object = parseObject(line)
    if (typeof object === 'string') {
      const b = begin(line, zone, !line.isWellFormed())
      const found = lines.recognise(b, line, origin.receivedAt)
      return found === undefined ? fail(line, origin, object) : finish(b, line, origin, found.time)
    }
    const b = shape(object, line)
    return finish(b, line, origin, readOn(b, ownTime(b), origin.receivedAt))
  }

  function fromSyslog(line: string, origin: Origin): Draft {
    const b = begin(line, zone, !line.isWellFormed())
    const found = lines.syslog(b, line, origin.receivedAt)
    if (found.json !== undefined) {
      const object = parseObject(found.json)
      if (typeof object !== 'string') {
        const inner = shape(object, found.json)
        lines.header(inner, found.header!)
        const own = ownTime(inner)
        const time = readOn(inner, Number.isNaN(own) ? found.time : own, origin.receivedAt)
        put(inner, 'event.dataset', 'system.syslog')
        return finish(inner, line, origin, time, true)
      }
      lines.header(b, found.header!)
      put(b, 'message', found.header!.message)
      put(b, 'event.dataset', 'system.syslog')
    }
    return finish(b, line, origin, found.time, true)
  }

  function shape(parsed: Readonly<Record<string, unknown>>, text: string): Building {
    const usual = usualForm(parsed)
    const object = usual ?? parsed
    const unclean = (text.includes('\\u') && HALF_PAIR.test(text)) || !text.isWellFormed()
    const isAudit = audit.recognises(object)
    const keys = isAudit ? audit.keys : plain
    let b = begin(text, zone, unclean)
    shapeObject(b, object, keys)
    if (b.unsafe) {
      b = begin(text, zone, unclean)
      const exact = parseWithDigits(text)
      shapeObject(b, usualForm(exact) ?? exact, keys)
      // Its numbers are texts now, which they are not in the line.
      b.whole.length = 0
    }
    // Its members are not those of the line.
    if (usual !== undefined) b.whole.length = 0
    if (isAudit) audit.finish(b)
    if (typed(b.ecs, HOST) === undefined) {
      const host = first(b.rest, hostKeys)
      if (typeof host === 'string') put(b, 'host.name', host)
    }
    return b
  }

  /** The time that a payload states; NaN where it states none that can be read. */
  function ownTime(b: Building): number {
    const own = b.ecs['@timestamp']
    if (typeof own === 'string') return instant(own, zone)
    for (const key of timeKeys) {
      const v = b.rest[key]
      const time = typeof v === 'string' || typeof v === 'number' ? instant(v, zone) : Number.NaN
      // Under these names a small number is a duration, and a date alone has its time elsewhere.
      const dateAlone = typeof v === 'string' && v.length === 10 && v[4] === '-'
      if (time >= MILLENNIUM && !dateAlone) return time
    }
    return Number.NaN
  }

  /** Reads the line that a shipper put into its JSON, unless the payload says itself what happened; gives the better time. */
  function readOn(b: Building, time: number, received: number): number {
    const event = b.ecs.event as MutableEcs | undefined
    if (event?.action !== undefined || event?.category !== undefined) return time
    const text = b.ecs.message ?? first(b.rest, messageKeys)
    if (typeof text !== 'string') return time
    const app = (b.ecs.process as MutableEcs | undefined)?.name ?? first(b.rest, appKeys)
    const inner = lines.shipped(b, text, typeof app === 'string' ? app : undefined, received)
    if (inner === undefined || Number.isNaN(inner.time)) return time
    // A line's own time with its zone is better than the moment at which a shipper read it; one without is worse.
    if (!Number.isNaN(time) && !inner.zoned) return time
    const own = b.ecs['@timestamp']
    if (own !== undefined && typed(b.ecs, CREATED) === undefined) setTyped(b, CREATED, own as Value)
    return inner.time
  }

  function fail(line: string, origin: Origin, reason: string): Draft {
    const b = begin('', zone, false)
    b.ecs.event = { kind: 'pipeline_error' }
    b.ecs.error = { message: reason }
    // Its text is what can be searched of it.
    b.ecs.message = line.toWellFormed()
    return finish(b, line, origin, Number.NaN, false, reason)
  }

  /** What the platform says of every event. `direct`: the sender is the host itself where no host is named. */
  function finish(b: Building, line: string, origin: Origin, found: number, direct = false, error?: string): Draft {
    const { ecs, rest } = b
    const received = origin.receivedAt
    const own = found >= EARLIEST && found <= LATEST
    const timestamp = own ? found : received
    const stamp = ecs['@timestamp']
    if (!own || typeof stamp !== 'string' || instant(stamp, UTC) !== found) {
      changed(b, '@timestamp')
      ecs['@timestamp'] = iso(timestamp)
    }
    ecs.event ??= {}
    const event = ecs.event as MutableEcs
    event.kind ??= 'event'
    event.ingested = iso(received)
    event.original = line.toWellFormed()
    if (direct && typed(ecs, HOST) === undefined) {
      put(b, 'host.name', origin.address)
      put(b, 'host.ip', origin.address)
    }
    const tolerated = !own || isTolerated(timestamp, received)
    const systemId = origin.systemId ?? placement.system(origin.unitId, ecs, direct ? origin.address : undefined)
    const suidun = aboutLine(origin, own ? 'event' : 'received', tolerated, systemId)
    ecs.suidun = suidun
    if (systemId !== undefined) {
      const datasetId = placement.dataset(systemId, ecs, rest)
      if (datasetId !== undefined) suidun.dataset = { id: datasetId }
    }
    if (b.misfit !== undefined) suidun.misfit = b.misfit
    const whole = direct || b.whole.length === 0 ? undefined : { of: b.members, members: b.whole }
    return { ecs, rest, timestamp, error, whole, record: b.record }
  }
}

function first(rest: Readonly<Record<string, Value>>, names: readonly string[]): Value | undefined {
  for (const name of names) {
    const v = rest[name]
    if (v !== undefined) return v
  }
  return undefined
}
