import { AppError } from '../../core/errors.ts'
import { isObject, type Json, listAt, objectAt, textAt } from './json.ts'
import { isAboutSecrets } from './maskSecrets.ts'
import { collapse, lineOfSnippet, steadyMessage } from './normaliseText.ts'
import { MOST_RESULTS, type Rejected, type Report, type Reported, type Scan } from './reported.ts'
import { type Places, placesOf } from './sarifPlaces.ts'
import { type Rules, referencesOf, rulesOf, severityOf, wordsOf } from './sarifRules.ts'
import { trivyGroup, trivyText } from './trivyWords.ts'

/** Whether a document says it is SARIF, of whatever version. */
export function isSarif(report: Json): boolean {
  return Array.isArray(report.runs) && (typeof report.version === 'string' || /sarif/i.test(String(report.$schema)))
}

/** Reads a SARIF 2.1.0 log. Throws FND-415 for another version, FND-422 where it has no run. */
export function readSarif(report: Json): Report {
  if (typeof report.version === 'string' && !/^2\.1(?:\.|$)/.test(report.version)) throw new AppError('FND-415')
  const runs = listAt(report, 'runs')
  if (runs.length === 0)
    throw new AppError('FND-422', { problem: 'it has no run, so no scanner; send the log of a scan' })
  const rejected: Rejected[] = []
  const scans = new Map<string, Scan>()
  runs.forEach((run, i) => {
    if (!isObject(run)) rejected.push({ place: `runs[${i}]`, reason: 'not an object' })
    else {
      const scan = readRun(run, `runs[${i}]`, rejected)
      const there = scans.get(scan.scanner)
      scans.set(scan.scanner, there === undefined ? scan : merge(there, scan))
    }
  })
  if (scans.size === 0) throw new AppError('FND-422', { problem: 'none of its runs can be read' })
  return { format: 'sarif', scans: [...scans.values()], rejected }
}

function readRun(run: Json, place: string, rejected: Rejected[]): Scan {
  const driver = objectAt(objectAt(run, 'tool'), 'driver')
  const name = textAt(driver, 'name')
  if (name === undefined)
    throw new AppError('FND-422', { problem: `${place}.tool.driver.name is missing: whose report is it?` })
  const scanner = scannerName(name)
  const rules = rulesOf(run)
  const places = placesOf(run)
  const results = listAt(run, 'results')
  if (results.length > MOST_RESULTS)
    throw new AppError('FND-422', { problem: `more than ${MOST_RESULTS} results; split the report by folder` })
  const findings: Reported[] = []
  const bad = rejected.length
  results.forEach((result, i) => {
    const at = `${place}.results[${i}]`
    if (!isObject(result)) rejected.push({ place: at, reason: 'not an object' })
    else if (stands(result)) {
      const finding = readResult(scanner, result, rules, places)
      if (finding === undefined) rejected.push({ place: at, reason: 'has neither rule nor message' })
      else findings.push(finding)
    }
  })
  const { read, guess } = places.read(findings)
  return {
    scanner,
    findings,
    read,
    readIsGuess: guess,
    groups: scanner === 'trivy' ? new Set(findings.flatMap((f) => f.group ?? [])) : undefined,
    doubt: doubtOf(run, results.length, read, rejected.length - bad),
    stamp: stampOf(run),
  }
}

/** Results that say "all is well", "gone" or "suppressed" are no findings. */
function stands(result: Json): boolean {
  const kind = textAt(result, 'kind') ?? 'fail'
  if (kind === 'pass' || kind === 'notApplicable' || kind === 'informational') return false
  if (textAt(result, 'baselineState') === 'absent') return false
  return !listAt(result, 'suppressions').some((s) => {
    const status = textAt(s, 'status') ?? textAt(s, 'state') ?? 'accepted'
    return status === 'accepted'
  })
}

function readResult(scanner: string, result: Json, rules: Rules, places: Places): Reported | undefined {
  const { id, rule } = rules.of(result)
  const message = rules.text(objectAt(result, 'message'), rule)
  if (id === undefined && message === undefined) return undefined
  const ruleId = id ?? '-'
  const place = places.of(result)
  const words = wordsOf(ruleId, rule, result)
  const short = textAt(objectAt(rule, 'shortDescription'), 'text')
  const full = textAt(objectAt(rule, 'fullDescription'), 'text')
  const group = scanner === 'trivy' ? trivyGroup(textAt(rule, 'name')) : undefined
  const line = place.snippet === undefined ? undefined : lineOfSnippet(place.snippet, place.line)
  // What is said of a whole file (no USER in it) does not hang on its first line.
  const standing = place.whole ? undefined : line
  const own = scanner === 'trivy' && message !== undefined ? trivyText(message) : undefined
  return {
    ruleId,
    title: titleOf(ruleId, short, message, textAt(rule, 'name')),
    description: own?.message ?? message ?? full ?? '',
    severity: severityOf(result, rule),
    group,
    path: place.path,
    asset: place.asset,
    line: place.line,
    text: own?.text ?? standing ?? steadyMessage(message ?? ''),
    context: line ?? own?.match ?? null,
    secret: group === 'secret' || isAboutSecrets(words),
    references: referencesOf(words),
  }
}

/** Why a run may close nothing: it failed, or found nothing without saying what it looked at. */
function doubtOf(run: Json, results: number, read: ReadonlySet<string> | undefined, bad: number): string | null {
  for (const invocation of listAt(run, 'invocations')) {
    if (!isObject(invocation)) continue
    if (invocation.executionSuccessful === false) return 'the scanner says that its run failed'
    if (textAt(invocation, 'processStartFailureMessage') ?? textAt(invocation, 'exitSignalName'))
      return 'the scanner did not run to its end'
    for (const key of ['toolExecutionNotifications', 'toolConfigurationNotifications'])
      for (const note of listAt(invocation, key))
        if (textAt(note, 'level') === 'error') {
          const text = textAt(objectAt(note, 'message'), 'text') ?? 'no message'
          return `the scanner reports an error: ${collapse(text).slice(0, 200)}`
        }
  }
  if (bad > 0) return `${bad} of its results cannot be read`
  if (!Array.isArray(run.results)) return 'it has no list of results'
  if (results === 0 && read === undefined) return 'it is empty and does not say what was read'
  return null
}

function stampOf(run: Json): string {
  const times = listAt(run, 'invocations').map((i) => [textAt(i, 'startTimeUtc'), textAt(i, 'endTimeUtc')])
  return JSON.stringify([times, textAt(objectAt(run, 'automationDetails'), 'guid') ?? null])
}

/** Several runs of one scanner in a log are one scan (a run per language or module). */
function merge(a: Scan, b: Scan): Scan {
  return {
    scanner: a.scanner,
    findings: [...a.findings, ...b.findings],
    read: a.read === undefined || b.read === undefined ? undefined : new Set([...a.read, ...b.read]),
    readIsGuess: a.readIsGuess || b.readIsGuess,
    groups: a.groups === undefined || b.groups === undefined ? undefined : new Set([...a.groups, ...b.groups]),
    doubt: a.doubt ?? b.doubt,
    stamp: a.stamp + b.stamp,
  }
}

/** `Semgrep OSS` and `Semgrep Pro` are one scanner. */
function scannerName(name: string): string {
  return collapse(name.toLowerCase()).replace(/ (?:oss|pro|community|ce|ee)$/, '')
}

/** The rule's short description, unless it only repeats the rule's id; else the message's first line. */
function titleOf(
  ruleId: string,
  short: string | undefined,
  message: string | undefined,
  name: string | undefined,
): string {
  const line = message?.trim().split(/\r?\n/, 1)[0]
  const told = short === undefined || short.includes(ruleId) ? (line ?? short) : short
  const title = collapse(told ?? name ?? ruleId)
  return title.length > 200 ? `${title.slice(0, 199)}…` : title
}
