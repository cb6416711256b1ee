import { basename, dirname, isAbsolute, relative } from 'node:path'
import { sha256hex } from '../core/canonical.ts'
import { compileFilter } from '../core/evaluate.ts'
import type { StoredEvent } from '../core/event.ts'
import { and, type Filter } from '../core/filter.ts'
import type { Level } from '../core/model/index.ts'
import { viewOfEvent } from '../core/usualForm.ts'
import { viewOfStored } from '../core/view.ts'
import { correlationTest } from './correlate/correlationTest.ts'
import type { LoadedCorrelation, LoadedRule, LoadedRules } from './loadRules.ts'
import { OWN_RULES } from './own.ts'
import { type Sample, SIDECAR_ENDING, type Sidecar } from './sidecar.ts'
import type { About, LogSource } from './sigma/types.ts'

/** Shipped with Suidun, imported by people, or from the folder that the configuration names. */
export type RuleOrigin = 'own' | 'imported' | 'configured'

/** A rule's sample and whether the rule does with it what it must. */
export interface SampleView {
  readonly name: string
  /** The event as JSON, or the line as it arrives. */
  readonly event: string
  readonly mustMatch: boolean
  /** Undefined where the line cannot be read as an event. */
  readonly matches: boolean | undefined
}

/** A rule as people read it: plain data, the same in every thread. */
export interface RuleView extends About {
  readonly id: string
  readonly kind: 'rule' | 'correlation'
  readonly origin: RuleOrigin
  readonly title: string
  readonly titleZh: string
  readonly description: string
  readonly descriptionZh: string
  readonly level: Level
  readonly status: string | null
  readonly tags: readonly string[]
  /** `product: windows, category: process_creation`; empty for a correlation. */
  readonly logsource: string
  /** The rule's own text (YAML). */
  readonly text: string
  /** Where it stands, as loaded. */
  readonly path: string
  /** Its file as people are told. */
  readonly source: string
  readonly condition: string
  /** The field that a match is about, where its sidecar names one. */
  readonly entity: string | undefined
  /** Titles of the Sigma filters that act on it. */
  readonly filters: readonly string[]
  /** Ids of the rules that a correlation is made of. */
  readonly correlates: readonly string[]
  readonly samples: readonly SampleView[]
  /** Of all that it asks of events, filters and mappings included: another digest, another question. */
  readonly digest: string
  /** Paths of the files needed to load it alone. */
  readonly needs: readonly string[]
}

export interface DescribeOptions {
  readonly originOf: (path: string) => RuleOrigin
  /** A line of a sample as the event that it becomes; samples of lines are not tried without it. */
  readonly eventOf?: (sample: Sample) => StoredEvent | undefined
  /** All that was loaded; samples of correlations are not tried without it. */
  readonly among?: Pick<LoadedRules, 'rules' | 'correlations'>
}

/** So many samples of one rule are tried and shown. */
const MOST_SAMPLES = 50

/** A loaded rule as people read it. */
export function describeRule(loaded: LoadedRule, { originOf, eventOf }: DescribeOptions): RuleView {
  const { rule, sidecar, filters, filter, routing } = loaded
  return {
    id: rule.id,
    kind: 'rule',
    origin: originOf(rule.file),
    title: rule.title,
    titleZh: sidecar?.titleZh ?? rule.title,
    description: rule.description,
    descriptionZh: sidecar?.descriptionZh ?? rule.description,
    level: rule.level,
    status: rule.status ?? null,
    tags: rule.tags,
    ...rule.about,
    logsource: shownLogSource(rule.logsource),
    text: rule.text,
    path: rule.file,
    source: shownPath(rule.file),
    condition: rule.conditionText,
    entity: sidecar?.entity,
    filters: filters.map((f) => f.title),
    correlates: [],
    samples: samplesOf(loaded, eventOf),
    digest: digestOf([filter, routing]),
    needs: [...new Set([...withSidecar(rule.file, sidecar), ...filters.map((f) => f.file)])],
  }
}

/** A loaded correlation as people read it; `bases`: views of the rules and correlations that it refers to. */
export function describeCorrelation(
  loaded: LoadedCorrelation,
  bases: ReadonlyMap<string, RuleView>,
  options: DescribeOptions,
): RuleView {
  const { correlation, references, sidecar } = loaded
  const { originOf } = options
  const below = references.flatMap((r) => bases.get(r.id) ?? [])
  return {
    id: correlation.id,
    kind: 'correlation',
    origin: originOf(correlation.file),
    title: correlation.title,
    titleZh: sidecar?.titleZh ?? correlation.title,
    description: correlation.description,
    descriptionZh: sidecar?.descriptionZh ?? correlation.description,
    level: correlation.level,
    status: correlation.status ?? null,
    tags: correlation.tags,
    ...correlation.about,
    logsource: '',
    text: correlation.text,
    path: correlation.file,
    source: shownPath(correlation.file),
    condition: correlation.type,
    entity: sidecar?.entity,
    filters: [],
    correlates: references.map((r) => r.id),
    samples: correlationSamples(loaded, options),
    digest: `sha-256:${sha256hex(JSON.stringify([correlation.text, below.map((b) => b.digest)]))}`,
    needs: [...new Set([...withSidecar(correlation.file, sidecar), ...below.flatMap((b) => b.needs)])],
  }
}

function withSidecar(file: string, sidecar: Sidecar | undefined): readonly string[] {
  return sidecar === undefined ? [file] : [file, file.replace(/\.ya?ml$/i, SIDECAR_ENDING)]
}

/** The digest of what a rule asks; wildcards are symbols, which JSON leaves out. */
function digestOf(asked: readonly Filter[]): string {
  return `sha-256:${sha256hex(JSON.stringify(asked, (_, v) => (typeof v === 'symbol' ? String(v) : v)))}`
}

function samplesOf(loaded: LoadedRule, eventOf: DescribeOptions['eventOf']): SampleView[] {
  const samples = loaded.sidecar?.samples.slice(0, MOST_SAMPLES) ?? []
  if (samples.length === 0) return []
  const holds = compileFilter(and(loaded.routing, loaded.filter))
  return samples.map((sample) => {
    const event = eventOf?.(sample)
    const view =
      event !== undefined ? viewOfStored(event) : sample.event === undefined ? undefined : viewOfEvent(sample.event)
    return {
      name: sample.name,
      event: sample.raw ?? JSON.stringify(sample.event, undefined, 2),
      mustMatch: sample.matches,
      matches: view === undefined ? undefined : holds(view),
    }
  })
}

/** Samples of a correlation are several events: the lines of one, or a list. */
function correlationSamples(loaded: LoadedCorrelation, { eventOf, among }: DescribeOptions): SampleView[] {
  const samples = loaded.sidecar?.samples.slice(0, MOST_SAMPLES) ?? []
  if (samples.length === 0) return []
  const fires = among === undefined ? undefined : correlationTest(loaded, among)
  return samples.map((sample) => {
    const given = sample.events ?? (sample.event === undefined ? undefined : [sample.event])
    const lines = sample.raw?.split('\n').filter((line) => line.trim() !== '')
    const events = lines?.map((raw) => eventOf?.({ ...sample, raw }))
    const views = given?.map(viewOfEvent) ?? events?.flatMap((e) => (e === undefined ? [] : [viewOfStored(e)]))
    const isWhole = views !== undefined && views.length === (given ?? lines)?.length
    return {
      name: sample.name,
      event: sample.raw ?? JSON.stringify(given, undefined, 2),
      mustMatch: sample.matches,
      matches: isWhole ? fires?.(views) : undefined,
    }
  })
}

function shownLogSource(logsource: LogSource): string {
  return (['product', 'category', 'service'] as const)
    .flatMap((part) => (logsource[part] === undefined ? [] : [`${part}: ${logsource[part]}`]))
    .join(', ')
}

/**
 * A rule's file as people are told: below the folder of ours, by its name where it stands elsewhere (where folders stand
 * is nobody's business), as it was called where it was imported.
 */
export function shownPath(file: string): string {
  if (!isAbsolute(file)) return file
  const own = relative(dirname(OWN_RULES), file)
  return own.startsWith('..') || isAbsolute(own) ? basename(file) : own
}
