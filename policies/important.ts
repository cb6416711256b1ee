import { NAME_FIELDS } from '../core/fields.ts'
import { and, type Filter, not, or, UNLISTED } from '../core/filter.ts'
import type { Dataset } from '../core/model/index.ts'
import type { WithDatasets } from './vocabulary.ts'

/**
 * What stands in events beside the fields of names and may carry one: texts, a sender's words, the group that a person has
 * for himself, addresses of pages, command lines. Machines are shown by whatever name they have.
 */
const CARRIERS = [
  'message',
  'tags',
  'group.id',
  'group.name',
  'event.original',
  'event.reason',
  'error.message',
  'url.full',
  'url.original',
  'url.path',
  'url.query',
  'http.request.referrer',
  'process.args',
  'process.command_line',
  'process.title',
  'process.parent.args',
  'process.parent.command_line',
  'process.executable',
  'process.parent.executable',
  'process.working_directory',
  'file.path',
  'file.name',
  'file.directory',
  'log.file.path',
  'registry.key',
  'registry.path',
  'registry.value',
  'registry.data.strings',
]

/** What a reader without a grant does not see in an event of important data. */
export const HIDDEN_IN_EVENTS: readonly string[] = [...NAME_FIELDS, ...CARRIERS, UNLISTED]

/** Whom the events are about that a correlation put together. */
const GROUP = 'correlation.group.value'

/** The same in the copy of an event that a signal keeps; by its digest, names could be tried until one fits. */
const HIDDEN_IN_EVIDENCE: readonly string[] = [
  ...[...NAME_FIELDS, ...CARRIERS].map((name) => `evidence.ecs.${name}`),
  'evidence.rest',
  'evidenceDigest',
  GROUP,
]

/** Primary entities that name a machine; every other (`user.name:…`) is taken to name a person. */
const MACHINES = [
  'source.ip:',
  'client.ip:',
  'destination.ip:',
  'server.ip:',
  'host.name:',
  'host.hostname:',
  'host.ip:',
]

const machineEntity: Filter = or(
  { op: 'term', field: ['entity'], value: '-', cased: true },
  ...MACHINES.map((value): Filter => ({ op: 'prefix', field: ['entity'], value, cased: true })),
)

/** Ids of datasets whose data is open to the reader as it is, and of those known not to be. */
export interface Classes {
  readonly clear: readonly string[]
  readonly closed: readonly string[]
}

/** Important and core data, and data that nobody classified, is closed but for those a live grant names. */
export function classesOf(datasets: readonly Dataset[], granted: ReadonlySet<string>): Classes {
  const isClear = (d: Dataset) => d.dataClass === 'general' || granted.has(d.id)
  return {
    clear: datasets.filter(isClear).map((d) => d.id),
    closed: datasets.filter((d) => !isClear(d)).map((d) => d.id),
  }
}

type Conditions = Readonly<Record<string, unknown>>

/**
 * Conditions (any of them) under which a row holds no data that is closed to the reader. Said positively, so that a
 * dataset the inventory does not know is closed too; an incident gathers several datasets, and there the known ones
 * are named.
 */
export function clearConditions(subject: WithDatasets, classes: Classes): readonly Conditions[] {
  const field = subject === 'event' ? 'suidun.dataset.id' : subject === 'signal' ? 'datasetId' : 'datasetIds'
  if (subject === 'incident') return [{ [field]: { $nin: classes.closed } }]
  return [{ [field]: { $exists: false } }, { [field]: { $eq: null } }, { [field]: { $in: classes.clear } }]
}

/** Rows of closed data, in disjoint parts with what each hides. `rows` are those the policy admits beyond the clear. */
export function maskedParts(
  subject: WithDatasets,
  rows: Filter,
  mode: 'masked' | 'closed',
): readonly { readonly rows: Filter; readonly hidden: readonly string[] }[] {
  if (subject === 'event') return mode === 'closed' ? [] : [{ rows, hidden: HIDDEN_IN_EVENTS }]
  const evidence =
    subject === 'incident'
      ? []
      : mode === 'closed'
        ? ['evidence', 'evidenceDigest', 'eventIds', GROUP]
        : HIDDEN_IN_EVIDENCE
  return [
    { rows: and(rows, machineEntity), hidden: evidence },
    { rows: and(rows, not(machineEntity)), hidden: ['entity', ...evidence] },
  ]
}
