import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { viewOfJson } from '../../core/view.ts'
import { clausesOf } from '../../detection/explain/clauses.ts'
import { explainRule } from '../../detection/explain/explainRule.ts'
import { loadRules } from '../../detection/loadRules.ts'
import { createMatcher } from '../../detection/match.ts'
import { createPipelines, NO_PIPELINES, type PipelineSource, readPipeline } from '../../detection/pipeline.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suidun-filters-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const rule = (id: string, more = '', logsource = '{product: windows, category: process_creation}') =>
  `title: Rule ${id}\nid: ${id}\n${more}level: high\nlogsource: ${logsource}\ndetection: {s: {Image: cmd}, condition: s}\n`
const filter = (rules: string, condition = 'not selection', more = '') =>
  `title: Administrators\nid: f\nlogsource: {product: windows}\nfilter:\n  rules: ${rules}\n  selection: {User|startswith: adm_}\n${more}  condition: ${condition}\n`

/** Loads files and answers which rules match an event, and the problems found. */
function load(...files: string[]) {
  for (const [i, text] of files.entries()) writeFileSync(join(folder, `${i}.yml`), text)
  const loaded = loadRules([folder], NO_PIPELINES)
  const matcher = createMatcher(loaded.rules)
  const matching = (event: object) => matcher.ofJson(event).map((i) => loaded.rules[i]!.rule.id)
  return { ...loaded, matching, codes: loaded.problems.map((p) => [p.code, p.severity]) }
}

const byAdmin = { Image: 'cmd', User: 'ADM_li' }
const byUser = { Image: 'cmd', User: 'li' }

describe('a filter', () => {
  test('acts on the rules that it names by id or name, and on no other', () => {
    const { matching, codes, rules, filters } = load(
      rule('a'),
      rule('b', 'name: rule_b\n'),
      rule('c'),
      filter('[a, rule_b]'),
    )
    expect(codes).toEqual([])
    expect(rules.map((r) => r.filters.map((f) => f.id))).toEqual([['f'], ['f'], []])
    expect(filters).toHaveLength(1)
    expect(matching(byAdmin)).toEqual(['c'])
    expect(matching(byUser)).toEqual(['a', 'b', 'c'])
  })

  test('may stand before its rules, in their file, and name one without a list', () => {
    const { matching, codes } = load(`${filter('a')}---\n${rule('a')}---\n${rule('b')}`)
    expect(codes).toEqual([])
    expect(matching(byAdmin)).toEqual(['b'])
  })

  test.each(['any', '[]'])('for %s acts on every rule whose log source is the same or narrower', (which) => {
    const { matching, codes } = load(
      rule('same', '', '{product: windows}'),
      rule('narrower', '', '{product: windows, service: security}'),
      rule('wider', '', '{category: process_creation}'),
      rule('other', '', '{product: linux}'),
      filter(which),
    )
    expect(codes).toEqual([])
    expect(matching(byAdmin)).toEqual(['wider', 'other'])
    expect(matching(byUser)).toHaveLength(4)
  })

  test('is taken as written: without "not" it lets through what it describes, and a warning says so', () => {
    const { matching, codes } = load(rule('a'), filter('[a]', 'selection'))
    expect(codes).toEqual([['SIG-039', 'warning']])
    expect(matching(byAdmin)).toEqual(['a'])
    expect(matching(byUser)).toEqual([])
  })

  test('has search identifiers of its own: the same name in the rule is another, "them" are its own', () => {
    const more = '  s: {Image: other}\n'
    expect(load(rule('a'), filter('[a]', 'not 1 of them', more)).matching(byUser)).toEqual(['a'])
    expect(load(rule('a'), filter('[a]', 'not all of them', more)).matching(byAdmin)).toEqual(['a'])
  })

  test('several act together', () => {
    const second = filter('[a]', 'not selection').replace('id: f', 'id: g').replace('adm_', 'svc_')
    const { matching } = load(rule('a'), filter('[a]'), second)
    expect([byAdmin, byUser, { Image: 'cmd', User: 'svc_x' }].map((e) => matching(e).length)).toEqual([0, 1, 0])
  })

  test('reads its fields by the mappings of the rule', () => {
    writeFileSync(join(folder, 'r.yml'), rule('a'))
    writeFileSync(join(folder, 'f.yml'), filter('[a]'))
    const text = 'logsources: [{category: process_creation}]\nfields: {Image: [process.name], User: [user.name]}\n'
    const { rules } = loadRules([folder], createPipelines([readPipeline(text, 'p.yaml') as PipelineSource]))
    const matcher = createMatcher(rules)
    expect(matcher.ofJson({ process: { name: 'cmd' }, user: { name: 'adm_li' } })).toEqual([])
    expect(matcher.ofJson({ process: { name: 'cmd' }, user: { name: 'li' } })).toEqual([0])
  })

  test('shows where it acted', () => {
    const { rules } = load(rule('a'), filter('[a]'))
    expect(clausesOf(explainRule(rules[0]!, viewOfJson(byAdmin))).map((c) => [c.clause, c.holds])).toEqual([
      ["s: Image: 'cmd'", true],
      ['not filter "Administrators" selection: User|startswith: \'adm_\'', false],
    ])
  })
})

describe('what a filter cannot do is said', () => {
  test('a rule that is not loaded, and one whose log source is not within the filter’s', () => {
    const { problems, matching } = load(rule('a', '', '{product: linux}'), filter('\n    - zzz\n    - a'))
    expect(problems.map((p) => [p.code, p.severity, p.line, p.column])).toEqual([
      ['SIG-060', 'warning', 6, 7],
      ['SIG-061', 'warning', 7, 7],
    ])
    expect(matching(byAdmin)).toEqual(['a'])
  })

  test.each<[string, string]>([
    [filter('[a]').replace('  rules: [a]\n', ''), 'SIG-003'],
    [filter('{a: b}'), 'SIG-004'],
    [filter('[a]').replace(/title.*\n/, ''), 'SIG-003'],
    [filter('[a]').replace(/logsource.*\n/, ''), 'SIG-003'],
    [filter('[a]').replace(/ {2}condition.*\n/, ''), 'SIG-003'],
    [filter('[a]').replace(/ {2}selection.*\n/, ''), 'SIG-003'],
    [filter('[a]', 'not selction'), 'SIG-011'],
    [filter('[a]').replace('startswith', 'startwith'), 'SIG-014'],
    ['title: t\nlogsource: {product: p}\nfilter: x\n', 'SIG-004'],
  ])('%j is refused', (text, code) => {
    const { codes, refused, filters } = load(rule('a'), text)
    expect(codes.map(([c]) => c)).toContain(code)
    expect(refused).toBe(1)
    expect(filters).toEqual([])
  })

  test('an id that is taken, and a name that two rules have', () => {
    expect(load(rule('f'), filter('[f]')).codes).toEqual([['SIG-007', 'error']])
    const { codes, matching } = load(rule('a', 'name: n\n'), filter('[n]'), rule('b', 'name: n\n'))
    expect(codes).toEqual([['SIG-038', 'warning']])
    expect(matching(byAdmin)).toEqual([])
  })
})
