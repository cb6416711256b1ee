/**
 * The field catalogue: ECS 8 fields that have a typed column in every event store. A field not listed here is kept all
 * the same (in the remainder) and can be asked for by its dotted name. Stores generate their schema from this table;
 * `CATALOGUE_VERSION` goes up by one with every change of it, and each stored part records the version it was written with.
 *
 * Types: keyword (any text) · long (integer, |n| <= 2^53) · double · boolean · date (UTC, milliseconds) · ip (text form
 * of IPv4 or IPv6 as ipaddr.js prints it). A trailing `[]` marks multi-valued fields: always a list, even of one.
 */
export type FieldType = 'keyword' | 'long' | 'double' | 'boolean' | 'date' | 'ip'

export interface Field {
  readonly name: string
  readonly type: FieldType
  readonly multi: boolean
}

export const CATALOGUE_VERSION = 2

const SPEC = `
@timestamp date
message keyword
tags keyword[]
agent.ephemeral_id keyword | agent.id keyword | agent.name keyword | agent.type keyword | agent.version keyword
client.ip ip | client.user.name keyword
cloud.account.id keyword | cloud.instance.id keyword | cloud.provider keyword | cloud.region keyword
container.id keyword | container.image.name keyword | container.name keyword
data_stream.dataset keyword
destination.address keyword | destination.bytes long | destination.domain keyword | destination.ip ip | destination.port long
dns.question.name keyword | dns.question.type keyword | dns.response_code keyword
ecs.version keyword
error.code keyword | error.message keyword
event.action keyword | event.category keyword[] | event.code keyword | event.created date | event.dataset keyword
event.duration long | event.id keyword | event.ingested date | event.kind keyword | event.module keyword | event.original keyword
event.outcome keyword | event.provider keyword | event.reason keyword | event.severity long | event.type keyword[]
file.directory keyword | file.extension keyword | file.hash.md5 keyword | file.hash.sha256 keyword | file.name keyword
file.owner keyword | file.path keyword | file.size long
group.id keyword | group.name keyword
host.hostname keyword | host.id keyword | host.ip ip[] | host.mac keyword[] | host.name keyword | host.os.family keyword
host.os.name keyword | host.os.type keyword
http.request.body.bytes long | http.request.method keyword | http.request.referrer keyword | http.response.body.bytes long
http.response.status_code long | http.version keyword
log.file.path keyword | log.level keyword | log.logger keyword
log.syslog.appname keyword | log.syslog.facility.code long | log.syslog.facility.name keyword | log.syslog.hostname keyword
log.syslog.msgid keyword | log.syslog.priority long | log.syslog.procid keyword | log.syslog.severity.code long
log.syslog.severity.name keyword | log.syslog.version keyword
network.application keyword | network.bytes long | network.direction keyword | network.protocol keyword
network.transport keyword | network.type keyword
observer.hostname keyword | observer.ip ip[] | observer.name keyword | observer.product keyword | observer.type keyword
observer.vendor keyword
organization.id keyword | organization.name keyword
process.args keyword[] | process.args_count long | process.command_line keyword | process.entity_id keyword
process.executable keyword | process.exit_code long | process.hash.md5 keyword | process.hash.sha256 keyword
process.name keyword | process.parent.args keyword[] | process.parent.command_line keyword | process.parent.executable keyword
process.parent.name keyword | process.parent.pid long | process.pid long | process.title keyword
process.user.name keyword | process.working_directory keyword
registry.data.strings keyword[] | registry.key keyword | registry.path keyword | registry.value keyword
related.hash keyword[] | related.hosts keyword[] | related.ip ip[] | related.user keyword[]
rule.id keyword | rule.name keyword
server.address keyword | server.domain keyword | server.ip ip
service.name keyword | service.type keyword
source.address keyword | source.bytes long | source.domain keyword | source.geo.country_iso_code keyword | source.ip ip
source.nat.ip ip | source.port long | source.user.name keyword
url.domain keyword | url.extension keyword | url.full keyword | url.original keyword | url.path keyword | url.port long
url.query keyword | url.scheme keyword
user.domain keyword | user.effective.name keyword | user.email keyword | user.full_name keyword | user.id keyword
user.name keyword | user.roles keyword[] | user.target.name keyword
user_agent.name keyword | user_agent.original keyword
audit.object.name keyword | audit.object.type keyword | audit.record_count long
suidun.unit.id keyword | suidun.system.id keyword | suidun.dataset.id keyword | suidun.source.id keyword | suidun.lane long
suidun.seq long | suidun.misfit keyword[] | suidun.time.source keyword | suidun.time.tolerated boolean
`

/** Every typed field, in catalogue order. `audit.*` and `suidun.*` are ours, all others ECS 8.17. */
export const FIELDS: readonly Field[] = SPEC.split(/[\n|]/)
  .map((s) => s.trim())
  .filter((s) => s !== '')
  .map((s) => {
    const [name, type] = s.split(' ') as [string, string]
    return { name, type: type.replace('[]', '') as FieldType, multi: type.endsWith('[]') }
  })

const BY_NAME: ReadonlyMap<string, Field> = new Map(FIELDS.map((f) => [f.name, f]))

/** The typed field of that dotted name, or undefined where only the remainder can hold it. */
export function fieldOf(name: string): Field | undefined {
  return BY_NAME.get(name)
}

/**
 * Fields that tell who a person is, by name, number (an application's is often that of the identity card) or office.
 * Together with `event.original` and `message` they are what a reader without a grant does not see in events of important
 * data (重要数据). The domain of an account is that of many.
 */
export const NAME_FIELDS: readonly string[] = FIELDS.map((f) => f.name).filter(
  (n) => /(^|\.)user\.|^related\.user$|^file\.owner$/.test(n) && !n.endsWith('.domain'),
)
