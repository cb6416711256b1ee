import { type Filter, or } from './filter.ts'
import { isObject, type JsonObject, jsonObject } from './jsonObject.ts'
import {
  ATTRIBUTES,
  at,
  element,
  isAttribute,
  isText,
  listOf,
  MORE_TEXTS,
  NAMES,
  nameOf,
  ODD,
  ODD_IN_ROOT,
  only,
  pathOf,
  type Spelling,
  TEXT,
  textOf,
} from './xmlElement.ts'

/** What EvtxECmd puts the values of an event in: a text of JSON. */
const PAYLOADS = ['{"EventData":', '{"UserData":']

const exists = (path: string): Filter => ({ op: 'exists', field: [path] })

/** Holds for every event that `windowsForm` changes; it may hold for others. */
export const MAYBE_CONVERTED: Filter = or(
  ...ODD_IN_ROOT.map((name) => exists(`Event.System.Provider.${pathOf(name)}`)),
  ...ODD.map((name) => exists(`System.Provider.${pathOf(name)}`)),
  ...NAMES.flatMap((name) => [
    exists(`Event.EventData.Data.${pathOf(name)}`),
    exists(`EventData.Data.${pathOf(name)}`),
  ]),
  ...PAYLOADS.map((value): Filter => ({ op: 'prefix', field: ['Payload'], value, cased: true })),
)

/**
 * An event of Windows that was turned from XML into JSON, in the form that pipelines know: `Event.EventData.Image` for `Data`
 * elements that stand in a list with their names beside them, attributes under `#attributes`, texts under `#text`. Undefined where
 * it is not such an event, or has that form already.
 */
export function windowsForm(event: JsonObject): JsonObject | undefined {
  const root = only(event.Event)
  if (root !== undefined) {
    const made = isConverted(root, ODD_IN_ROOT) ? sections(root) : undefined
    return made === undefined ? undefined : { ...event, Event: made }
  }
  if (!isConverted(event, ODD)) return ofEvtxECmd(event)
  const { System, EventData, UserData, ...others } = event
  return { ...others, Event: sections({ System, EventData, UserData }) }
}

function isConverted({ System, EventData }: JsonObject, odd: readonly Spelling[]): boolean {
  const provider = only(only(System)?.Provider)
  if (provider !== undefined && odd.some((name) => typeof at(provider, name) === 'string')) return true
  return listOf(only(EventData)?.Data).some((d) => isObject(d) && nameOf(d) !== undefined)
}

function sections({ System, EventData, UserData, ...others }: JsonObject): JsonObject {
  const system = only(System)
  const data = only(EventData)
  return {
    ...others,
    ...given('System', system === undefined ? System : ofSystem(system)),
    ...given('EventData', data === undefined ? EventData : ofData(data)),
    ...given('UserData', element(UserData, 0)),
  }
}

const given = (key: string, value: unknown): JsonObject => (value === undefined ? {} : { [key]: value })

/** Elements of `System` are single: what is no text in them is an attribute, however it is written. */
function ofSystem(system: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(system).map(([key, value]) => {
      const one = only(value)
      if (one === undefined) return [key, Array.isArray(value) && value.length === 1 ? value[0] : value]
      const made = element(one, 0, MORE_TEXTS)
      if (!isObject(made) || Object.hasOwn(made, ATTRIBUTES)) return [key, made]
      const { [TEXT]: text, ...members } = made
      return [key, { [ATTRIBUTES]: members, ...given(TEXT, text) }]
    }),
  )
}

/** Values by their names; those without one stay under `Data`. */
function ofData(data: JsonObject): JsonObject {
  const found = new Map<string, unknown[]>()
  const add = (name: string, value: unknown) => {
    const there = found.get(name)
    if (there === undefined) found.set(name, [value])
    else there.push(value)
  }
  const { Data, ...others } = data
  for (const one of listOf(Data)) {
    if (!isObject(one)) {
      if (one !== undefined) add('Data', one)
      continue
    }
    const name = nameOf(one)
    if (name !== undefined) add(name, textOf(one) ?? '')
    else if (Object.keys(one).every((key) => isAttribute(key) || isText(key))) add('Data', textOf(one) ?? '')
    // AxoSyslog gives an object of names and values.
    else for (const [key, value] of Object.entries(one)) add(key, value)
  }
  const rest = element(others, 0)
  if (isObject(rest)) for (const [key, value] of Object.entries(rest)) add(key, value)
  else if (rest !== null) add('Data', rest)
  return Object.fromEntries([...found].map(([name, values]) => [name, values.length === 1 ? values[0] : values.flat()]))
}

/** What EvtxECmd writes: flat, with the values as a text of JSON. */
function ofEvtxECmd(event: JsonObject): JsonObject | undefined {
  const text = event.Payload
  if (typeof text !== 'string' || !PAYLOADS.some((begins) => text.startsWith(begins))) return undefined
  const payload = jsonObject(text)
  const { Payload, EventId, Channel, Provider, Computer, TimeCreated, ...others } = event
  if (payload === undefined || EventId === undefined || Channel === undefined) return undefined
  const System = {
    ...given('Provider', Provider === undefined ? undefined : { [ATTRIBUTES]: { Name: Provider } }),
    EventID: EventId,
    Channel,
    ...given('Computer', Computer),
    ...given('TimeCreated', TimeCreated === undefined ? undefined : { [ATTRIBUTES]: { SystemTime: TimeCreated } }),
  }
  const { EventData, UserData } = payload
  return { ...others, Event: sections({ System, EventData, UserData }) }
}
