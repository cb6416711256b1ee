import { describe, expect, test } from 'vitest'
import { compileRule } from '../../detection/compile.ts'
import { loadPipelines, OWN_PIPELINES } from '../../detection/index.ts'
import { neverMatches } from '../../detection/neverMatches.ts'
import { readRuleText } from '../support/sigma.ts'

const { pipelines, problems } = loadPipelines(OWN_PIPELINES)

/** Field, line, column and message of the warning that a rule for new processes on Windows gets. */
function warning(detection: string, logsource = '{ product: windows, category: process_creation }') {
  const { rule } = readRuleText(
    `title: t\nid: x\nlevel: low\nlogsource: ${logsource}\ndetection:\n${detection.replace(/^/gm, '  ')}\n`,
  )
  const { delivered } = compileRule(rule!, pipelines)
  const found = delivered === undefined ? undefined : neverMatches(rule!, delivered)
  if (found === undefined) return undefined
  expect([found.code, found.severity]).toEqual(['SIG-044', 'warning'])
  return [found.details?.field, found.line, found.column, /did you mean "(.*)"/.exec(found.message)?.[1]]
}

test('our pipelines have no problems', () => {
  expect(problems).toEqual([])
})

describe('a rule that no event can match is a warning where it names the field', () => {
  test.each([
    ['a slip of the pen', 's:\n  CommandLin|contains: x\ncondition: s', ['CommandLin', 7, 5, 'CommandLine']],
    ['another case', 's:\n  Image: y\n  commandLine: x\ncondition: s', ['commandLine', 8, 5, 'CommandLine']],
    ['an underscore', 's:\n  Parent_Image: x\ncondition: s', ['Parent_Image', 7, 5, 'ParentImage']],
    ['a field of other events', 's:\n  QueryNameX123: x\ncondition: s', ['QueryNameX123', 7, 5, undefined]],
    ['every alternative', 's:\n  - Imag: x\n  - Imagee: y\ncondition: s', ['Imag', 7, 7, 'Image']],
    [
      'one of several that all must hold',
      'a:\n  Image: x\nb:\n  Nobody1: y\ncondition: all of them',
      ['Nobody1', 9, 5, undefined],
    ],
    ['not absent', 's:\n  Nobody1: null\ncondition: not s', ['Nobody1', 7, 5, undefined]],
    ['that it be there', 's:\n  Nobody1|exists: true\ncondition: s', ['Nobody1', 7, 5, undefined]],
    ['a comparison with it', 's:\n  Image|fieldref: Nobody1\ncondition: s', ['Nobody1', 7, 5, undefined]],
    [
      'beside others that decide nothing',
      'a:\n  Nobody2: x\nb:\n  Nobody1: y\ncondition: b and not a',
      ['Nobody1', 9, 5, undefined],
    ],
  ])('%s', (_, detection, expected) => {
    expect(warning(detection)?.slice(0, 4)).toEqual(expected)
  })
})

describe('no warning', () => {
  test.each([
    ['where an alternative is left', 'a:\n  Nobody1: x\nb:\n  Image: y\ncondition: 1 of them'],
    ['where only a filter names it', 'a:\n  Image: x\nb:\n  Nobody1: y\ncondition: a and not b'],
    ['where it must be absent', 's:\n  Image: x\n  Nobody1: null\ncondition: s'],
    ['for ECS', 's:\n  process.executable: x\n  host.name: y\n  message: z\ncondition: s'],
    ['for the names of a native form', 's:\n  NewProcessName: x\n  winlog.event_data.Whatever: y\ncondition: s'],
    ['for what every event of Windows has', 's:\n  EventID: 1\n  Provider_Name: x\n  Computer: y\ncondition: s'],
    ['for keywords', 's:\n  - x\ncondition: s'],
  ])('%s', (_, detection) => {
    expect(warning(detection)).toBeUndefined()
  })

  test('where nobody can know the fields', () => {
    const detection = 's:\n  Nobody1: x\ncondition: s'
    expect(warning(detection, '{ product: crm }')).toBeUndefined()
    expect(warning(detection, '{ product: windows, service: application }')).toBeUndefined()
    expect(warning(detection, '{ product: egov, service: audit }')).toBeUndefined()
    expect(warning(detection, '{ product: aws, service: cloudtrail }')).toBeDefined()
    expect(
      warning('s:\n  requestParameters.anything: x\ncondition: s', '{ product: aws, service: cloudtrail }'),
    ).toBeUndefined()
  })
})
