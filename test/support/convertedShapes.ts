/** The same Windows event as XML that some program turned into JSON. */
import { asWinlogbeat, type DumpedEvent } from './windowsShapes.ts'

type Json = Readonly<Record<string, unknown>>

/** An element of XML. */
interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly inside: string | readonly Element[]
}

const text = (value: unknown) => (value === null || value === undefined ? '' : String(value))
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

function elements(name: string, value: unknown): Element[] {
  if (Array.isArray(value)) return value.flatMap((v) => elements(name, v))
  if (!isJson(value)) return [{ name, attributes: {}, inside: text(value) }]
  const { '#attributes': attributes = {}, '#text': inside, ...members } = value
  const texts = Object.fromEntries(Object.entries(attributes as Json).map(([k, v]) => [k, text(v)]))
  if (inside !== undefined) return [inside].flat().map((t) => ({ name, attributes: texts, inside: text(t) }))
  return [{ name, attributes: texts, inside: Object.entries(members).flatMap(([k, v]) => elements(k, v)) }]
}

/** The XML that was dumped: named values are `Data` elements with a name. */
function xmlOf({ Event: { System, EventData, UserData } }: DumpedEvent): Element {
  const { Data, '#attributes': _, ...named } = (EventData ?? {}) as Json
  const data = [
    ...Object.entries(named).map(([Name, value]) => ({ name: 'Data', attributes: { Name }, inside: text(value) })),
    ...(Data === undefined ? [] : elements('Data', Data)),
  ]
  return {
    name: 'Event',
    attributes: { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
    inside: [
      ...elements('System', System),
      ...(EventData === undefined || EventData === null ? [] : [{ name: 'EventData', attributes: {}, inside: data }]),
      ...(UserData === undefined ? [] : elements('UserData', UserData)),
    ],
  }
}

interface Converter {
  /** How an element's attributes stand in it. */
  readonly attributes: (attributes: Readonly<Record<string, string>>) => Json
  readonly text: string
  /** Whether an element with nothing but a text is an object, and whether each is a list. */
  readonly alwaysObject?: boolean
  readonly lists?: boolean
  readonly value?: (text: string) => unknown
  readonly empty?: unknown
}

function convert({ name, attributes, inside }: Element, how: Converter): Json {
  return { [name]: contentOf({ name, attributes, inside }, how) }
}

function contentOf({ attributes, inside }: Element, how: Converter): unknown {
  const given = Object.keys(attributes).length === 0 ? {} : how.attributes(attributes)
  if (typeof inside === 'string') {
    const value = inside === '' ? how.empty : (how.value?.(inside) ?? inside)
    if (Object.keys(given).length === 0 && how.alwaysObject !== true) return value === undefined ? '' : value
    return value === undefined ? given : { ...given, [how.text]: value }
  }
  const members = new Map<string, unknown[]>()
  for (const one of inside) members.set(one.name, [...(members.get(one.name) ?? []), contentOf(one, how)])
  const all = [...members].map(([k, v]) => [k, v.length === 1 && how.lists !== true ? v[0] : v])
  return { ...given, ...Object.fromEntries(all) }
}

const signed = (sign: string) => (attributes: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(attributes).map(([k, v]) => [sign + k, v]))

const NUMBER = /^-?(?:0|[1-9]\d{0,14})$/
const typed = (value: string) =>
  NUMBER.test(value) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value

/** xmltodict, which scripts around python-evtx use; and Newtonsoft's SerializeXmlNode. */
const XMLTODICT: Converter = { attributes: signed('@'), text: '#text', empty: null }
/** Vector's parse_xml. */
const VECTOR: Converter = { attributes: signed('@'), text: 'text', value: typed }
const FAST_XML_PARSER: Converter = { attributes: signed('@_'), text: '#text', value: typed }
const XML2JS: Converter = { attributes: (a) => ({ $: a }), text: '_', lists: true }
const XML_JS: Converter = { attributes: (a) => ({ _attributes: a }), text: '_text', alwaysObject: true }
/** `[xml]` of PowerShell through ConvertTo-Json. */
const POWERSHELL: Converter = { attributes: (a) => a, text: '#text' }
/** Logstash's filter for XML. */
const LOGSTASH: Converter = { attributes: (a) => a, text: 'content', lists: true }

/** AxoSyslog's parse_windows_eventlog_xml: named values under `Data`. */
function asAxoSyslog(event: DumpedEvent): object {
  const { Event } = convert(xmlOf(event), { ...XMLTODICT, empty: '' }) as { Event: { EventData?: { Data?: unknown } } }
  const data = [Event.EventData?.Data ?? []].flat()
  const named = data.flatMap((d) => (isJson(d) && '@Name' in d ? [[text(d['@Name']), d['#text'] ?? '']] : []))
  return named.length === 0 ? { Event } : { Event: { ...Event, EventData: { Data: Object.fromEntries(named) } } }
}

/** EvtxECmd: what is in the event's data stands in a text of JSON. */
function asEvtxECmd(event: DumpedEvent): object {
  const { Event } = convert(xmlOf(event), XMLTODICT) as { Event: Record<string, Record<string, unknown>> }
  const { System, EventData, UserData } = Event
  const attribute = (element: string, name: string) => (System![element] as Json | undefined)?.[name]
  const id = System!.EventID
  return {
    PayloadData1: 'as told by a map',
    MapDescription: 'of a map',
    ChunkNumber: 0,
    Computer: System!.Computer,
    Payload: JSON.stringify(EventData === undefined ? { UserData } : { EventData }),
    Channel: System!.Channel,
    Provider: attribute('Provider', '@Name'),
    EventId: Number(isJson(id) ? id['#text'] : id),
    Level: 'Info',
    TimeCreated: attribute('TimeCreated', '@SystemTime'),
    RecordNumber: 1,
  }
}

const hit = (document: object) => ({ _index: 'logs', _type: '_doc', _id: 'x1', _score: 1, _source: document })

export const CONVERTED: readonly (readonly [string, (e: DumpedEvent) => object])[] = [
  ...(
    [
      ['xmltodict', XMLTODICT],
      ['Vector', VECTOR],
      ['fast-xml-parser', FAST_XML_PARSER],
      ['xml2js', XML2JS],
      ['xml-js', XML_JS],
      ['PowerShell', POWERSHELL],
      ['Logstash', LOGSTASH],
    ] as const
  ).map(([name, how]) => [name, (e: DumpedEvent) => convert(xmlOf(e), how)] as const),
  ['xmltodict without the root', (e) => (convert(xmlOf(e), XMLTODICT) as { Event: object }).Event],
  ['AxoSyslog', asAxoSyslog],
  ['EvtxECmd', asEvtxECmd],
  ['Elasticsearch’s hits of evtx_dump', hit],
  ['Elasticsearch’s hits of Winlogbeat', (e) => hit(asWinlogbeat(e))],
  ['Elasticsearch’s hits of xmltodict', (e) => hit(convert(xmlOf(e), XMLTODICT))],
]
