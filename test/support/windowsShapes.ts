/** The same Windows event as other programs write it. */

type Json = Readonly<Record<string, unknown>>

/** XML turned to JSON, as evtx_dump writes it. */
export interface DumpedEvent {
  readonly Event: { readonly System: Json; readonly EventData?: Json | null; readonly UserData?: Json | null }
}

interface Parts {
  readonly channel: unknown
  readonly id: unknown
  readonly provider: unknown
  readonly computer: unknown
  readonly time: unknown
  /** Named values. */
  readonly data: Json
  /** Values without a name, in order. */
  readonly unnamed: readonly unknown[]
  /** Below the one element that a provider writes there. */
  readonly user: Json | undefined
}

function partsOf({ Event: { System, EventData, UserData } }: DumpedEvent): Parts {
  const attributes = (name: string) => (System[name] as { '#attributes'?: Json } | undefined)?.['#attributes']
  const id = System.EventID as Json | number | string
  const { Data, '#attributes': _, ...data } = (EventData ?? {}) as Json
  const texts = (Data as { '#text'?: unknown } | undefined)?.['#text'] ?? Data
  const [user] = Object.values(UserData ?? {}).filter((v): v is Json => typeof v === 'object' && v !== null)
  const { '#attributes': __, ...userData } = user ?? {}
  return {
    channel: System.Channel,
    id: typeof id === 'object' ? id['#text'] : id,
    provider: attributes('Provider')?.Name,
    computer: System.Computer,
    time: attributes('TimeCreated')?.SystemTime,
    data,
    unnamed: texts === undefined || texts === null ? [] : [texts].flat(),
    user: user === undefined ? undefined : userData,
  }
}

/** As Winlogbeat 7 and later, without its modules: values are texts, those without a name param1 and so on. */
export function asWinlogbeat(event: DumpedEvent): object {
  const { channel, id, provider, computer, time, data, unnamed, user } = partsOf(event)
  const numbered = unnamed.map((v, i): [string, unknown] => [`param${i + 1}`, v])
  const texts = [...Object.entries(data), ...numbered].flatMap(([k, v]) => (v === null ? [] : [[k, String(v)]]))
  return {
    '@timestamp': time,
    event: { code: String(id), kind: 'event', provider },
    host: { name: computer, os: { type: 'windows' } },
    winlog: {
      api: 'wineventlog',
      channel,
      computer_name: computer,
      event_id: String(id),
      provider_name: provider,
      event_data: Object.fromEntries(texts),
      ...(user === undefined ? {} : { user_data: user }),
    },
  }
}

/** As Winlogbeat before 7: everything at the top. */
export function asOldWinlogbeat(event: DumpedEvent): object {
  const { channel, id, provider, computer, time, data, unnamed, user } = partsOf(event)
  const numbered = Object.fromEntries(unnamed.map((v, i) => [`param${i + 1}`, v]))
  return {
    '@timestamp': time,
    log_name: channel,
    event_id: Number(id),
    source_name: provider,
    computer_name: computer,
    type: 'wineventlog',
    event_data: { ...data, ...numbered },
    ...(user === undefined ? {} : { user_data: user }),
  }
}

/** Flat, as NXLog and Zircolite write it. */
export function asFlat(event: DumpedEvent): object {
  const { channel, id, provider, computer, time, data, unnamed, user } = partsOf(event)
  return {
    '@timestamp': time,
    Channel: channel,
    EventID: id,
    Provider_Name: provider,
    SourceName: provider,
    Computer: computer,
    ...data,
    ...(unnamed.length === 0 ? {} : { Data: unnamed }),
    ...user,
  }
}

/** As Wazuh passes it on: names begin small. */
export function asWazuh(event: DumpedEvent): object {
  const { channel, id, provider, computer, time, data, unnamed } = partsOf(event)
  const small = Object.entries(data).map(([k, v]) => [k.slice(0, 1).toLowerCase() + k.slice(1), v])
  return {
    timestamp: time,
    agent: { name: computer },
    data: {
      win: {
        system: { channel, eventID: String(id), providerName: provider, computer },
        eventdata: { ...Object.fromEntries(small), ...(unnamed.length === 0 ? {} : { data: unnamed.join(', ') }) },
      },
    },
  }
}

/** JSON with attributes beside their elements, as Hayabusa's reader writes it. */
export function asSeparateAttributes(event: DumpedEvent): object {
  const { channel, id, provider, computer, time, data, unnamed, user } = partsOf(event)
  const { EventID, Provider, TimeCreated, ...system } = event.Event.System
  return {
    Event: {
      System: {
        ...system,
        Channel: channel,
        Computer: computer,
        EventID: id,
        Provider_attributes: { Name: provider },
        TimeCreated_attributes: { SystemTime: time },
      },
      EventData: { ...data, ...(unnamed.length === 0 ? {} : { Data: unnamed }) },
      ...(user === undefined ? {} : { UserData: event.Event.UserData }),
    },
  }
}

/** What stands under `Event`, without it: as Velociraptor writes it. */
export function asVelociraptor(event: DumpedEvent): object {
  const { channel, id, provider, computer, time, data, unnamed, user } = partsOf(event)
  return {
    System: {
      Provider: { Name: provider },
      EventID: { Value: Number(id) },
      TimeCreated: { SystemTime: time },
      Channel: channel,
      Computer: computer,
    },
    EventData: { ...data, ...(unnamed.length === 0 ? {} : { Data: unnamed }) },
    ...(user === undefined ? {} : { UserData: event.Event.UserData }),
  }
}

/** As OpenTelemetry's receiver writes it: named values as a list of objects of one each. */
export function asOpenTelemetry(event: DumpedEvent): object {
  const { channel, id, provider, computer, time, data, unnamed } = partsOf(event)
  return {
    body: {
      channel,
      computer,
      event_id: { id: Number(id), qualifiers: 0 },
      provider: { name: provider },
      system_time: time,
      event_data: { data: Object.entries(data).map(([k, v]) => ({ [k]: v })) },
      ...(unnamed.length === 0 ? {} : { message: unnamed.join('\n') }),
    },
  }
}
