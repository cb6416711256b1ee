import { AppError } from '../../core/errors.ts'
import type { Level } from '../../core/model/index.ts'
import { integerAt, isObject, type Json, listAt, objectAt, textAt } from './json.ts'
import { isFile, normalisePath } from './normalisePath.ts'
import { collapse } from './normaliseText.ts'
import { MOST_RESULTS, type Rejected, type Report, type Reported } from './reported.ts'
import { referencesOf } from './sarifRules.ts'
import { trivyGroup, trivyTexts } from './trivyWords.ts'

/** Whether a document is a report of `trivy … --format json` (a file system, image or repository, or a cluster). */
export function isTrivy(report: Json): boolean {
  if (typeof report.ClusterName === 'string' && Array.isArray(report.Resources)) return true
  return typeof report.SchemaVersion === 'number' && ('ArtifactName' in report || Array.isArray(report.Results))
}

const LEVELS: Readonly<Record<string, Level>> = {
  CRITICAL: 'critical',
  HIGH: 'high',
  MEDIUM: 'medium',
  LOW: 'low',
  UNKNOWN: 'info',
}

/** Reads a Trivy report of schema 2. Throws FND-415 for another schema, FND-422 where its results are no list. */
export function readTrivy(report: Json): Report {
  const schema = report.SchemaVersion
  if (schema !== undefined && schema !== 2) throw new AppError('FND-415')
  if (report.Results !== undefined && report.Results !== null && !Array.isArray(report.Results))
    throw new AppError('FND-422', { problem: 'Results is not a list' })
  const rejected: Rejected[] = []
  const findings: Reported[] = []
  const groups = new Set<string>()
  const results = [
    ...listAt(report, 'Results').map((result, i) => ({ result, place: `Results[${i}]`, asset: '' })),
    ...listAt(report, 'Resources').flatMap((resource, i) =>
      listAt(resource, 'Results').map((result, j) => ({
        result,
        place: `Resources[${i}].Results[${j}]`,
        asset: ['Namespace', 'Kind', 'Name'].flatMap((k) => textAt(resource, k) ?? []).join('/'),
      })),
    ),
  ]
  for (const { result, place, asset } of results) {
    if (!isObject(result)) {
      rejected.push({ place, reason: 'not an object' })
      continue
    }
    const group = trivyGroup(textAt(result, 'Class'))
    if (group !== undefined) groups.add(group)
    for (const [key, read] of Object.entries(READERS))
      listAt(result, key).forEach((entry, i) => {
        const found = isObject(entry) ? read(entry, result, asset) : undefined
        if (found === null) return
        if (found === undefined) rejected.push({ place: `${place}.${key}[${i}]`, reason: 'has no rule id' })
        else {
          findings.push(found)
          if (found.group !== undefined) groups.add(found.group)
        }
      })
  }
  if (findings.length > MOST_RESULTS)
    throw new AppError('FND-422', { problem: `more than ${MOST_RESULTS} results; split the report by folder` })
  const doubt =
    rejected.length > 0
      ? `${rejected.length} of its results cannot be read`
      : results.length === 0
        ? 'it is empty and does not say what was read'
        : null
  const stamp = JSON.stringify([report.CreatedAt ?? null, report.ReportID ?? null])
  const scan = { scanner: 'trivy', findings, read: undefined, readIsGuess: false, groups, doubt, stamp }
  return { format: 'trivy', scans: [scan], rejected }
}

/** A finding; null = an entry that is none; undefined = one that cannot be read. */
type Reader = (entry: Json, result: Json, asset: string) => Reported | null | undefined

const READERS: Readonly<Record<string, Reader>> = {
  Vulnerabilities(v, result, asset) {
    const ruleId = textAt(v, 'VulnerabilityID')
    const name = textAt(v, 'PkgName')
    if (ruleId === undefined || name === undefined) return undefined
    const installed = textAt(v, 'InstalledVersion')
    const fixed = textAt(v, 'FixedVersion')
    const is = `${name}${installed === undefined ? '' : ` ${installed}`}`
    return {
      ...common(v, ruleId, [ruleId, ...strings(v, 'CweIDs'), ...strings(v, 'VendorIDs')]),
      title: collapse(textAt(v, 'Title') ?? `${ruleId} ${name}`),
      description: `${is}${fixed === undefined ? '' : `, fixed in ${fixed}`}. ${textAt(v, 'Description') ?? ''}`.trim(),
      group: 'vulnerability',
      // The name of an image carries its tag, which changes with every build: packages of a system have no place.
      ...(textAt(result, 'Class') === 'os-pkgs'
        ? { path: null, asset: asset || (textAt(result, 'Type') ?? '') }
        : placeOf(textAt(v, 'PkgPath') ?? textAt(result, 'Target') ?? '', asset)),
      line: null,
      text: trivyTexts.package(name),
      context: is,
      secret: false,
    }
  },
  Misconfigurations(m, result, asset) {
    if ((textAt(m, 'Status') ?? 'FAIL') !== 'FAIL') return null
    const ruleId = textAt(m, 'ID') ?? textAt(m, 'AVDID')
    if (ruleId === undefined) return undefined
    const cause = objectAt(m, 'CauseMetadata')
    const message = textAt(m, 'Message') ?? textAt(m, 'Title') ?? ''
    return {
      ...common(m, ruleId, [...strings(m, 'References')]),
      title: collapse(textAt(m, 'Title') ?? message),
      description: message,
      group: 'misconfiguration',
      ...placeOf(textAt(result, 'Target') ?? '', asset),
      line: positive(integerAt(cause, 'StartLine')),
      text: trivyTexts.misconfiguration(message),
      context: causeLine(cause),
      secret: false,
    }
  },
  Secrets(s, result, asset) {
    const ruleId = textAt(s, 'RuleID')
    if (ruleId === undefined) return undefined
    const match = textAt(s, 'Match') ?? causeLine(s) ?? ''
    return {
      ...common(s, ruleId, []),
      title: collapse(textAt(s, 'Title') ?? ruleId),
      description: match,
      group: 'secret',
      ...placeOf(textAt(result, 'Target') ?? '', asset),
      line: positive(integerAt(s, 'StartLine')),
      text: trivyTexts.secret(match),
      context: match === '' ? null : match,
      secret: true,
    }
  },
  Licenses(l, result, asset) {
    const ruleId = textAt(l, 'Name')
    if (ruleId === undefined) return undefined
    const name = textAt(l, 'PkgName') ?? ''
    return {
      ...common(l, ruleId, []),
      title: collapse(`${ruleId}${name === '' ? '' : `: ${name}`}`),
      description: [textAt(l, 'Category'), textAt(l, 'Link')].filter((t) => t !== undefined).join(' '),
      group: 'license',
      ...placeOf(textAt(l, 'FilePath') ?? textAt(result, 'Target') ?? '', asset),
      line: null,
      text: trivyTexts.package(name),
      context: name === '' ? null : name,
      secret: false,
    }
  },
}

function common(entry: Json, ruleId: string, words: readonly string[]) {
  return {
    ruleId,
    severity: LEVELS[(textAt(entry, 'Severity') ?? '').toUpperCase()] ?? 'info',
    references: referencesOf([ruleId, ...words]),
  }
}

function placeOf(target: string, asset: string): { readonly path: string | null; readonly asset: string } {
  if (asset !== '' || !isFile(target)) return { path: null, asset: asset || target }
  return { path: normalisePath(target, []), asset: '' }
}

/** The first line of the cause, as it stands in the file. */
function causeLine(from: Json): string | null {
  const lines = listAt(objectAt(from, 'Code'), 'Lines')
  const line =
    lines.find((l) => isObject(l) && l.FirstCause === true) ?? lines.find((l) => isObject(l) && l.IsCause === true)
  const text = textAt(line, 'Content')
  return text === undefined ? null : collapse(text)
}

function strings(from: Json, key: string): string[] {
  return listAt(from, key).filter((v) => typeof v === 'string')
}

function positive(n: number | undefined): number | null {
  return n === undefined || n <= 0 ? null : n
}
