import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compileFilter, evaluate } from '../../core/evaluate.ts'
import { viewOfJson } from '../../core/view.ts'
import { lintRule } from '../../detection/lint.ts'
import { loadPipelines, loadRules } from '../../detection/loadRules.ts'
import { NO_PIPELINES } from '../../detection/pipeline.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'suidun-rules-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(name: string, text: string): void {
  mkdirSync(join(folder, name, '..'), { recursive: true })
  writeFileSync(join(folder, name), text)
}

const rule = (id: string, detection = '{s: {F: 1}, condition: s}', logsource = '{category: c}') =>
  `title: Rule ${id}\nid: ${id}\nlevel: high\nlogsource: ${logsource}\ndetection: ${detection}\n`
const codes = (problems: readonly { code: string }[]) => problems.map((p) => p.code)

describe('loading a folder of rules', () => {
  test('goes on after a problem and names each with its file', () => {
    put('a.yml', rule('a'))
    put('sub/b.yaml', rule('b', '{s: {F|gt: x}, condition: s}'))
    put('sub/c.yml', 'title: [')
    put('d.yml', rule('d'))
    put('.hidden/e.yml', rule('e'))
    put('notes.txt', 'no rule')
    const { rules, refused, problems } = loadRules([folder], NO_PIPELINES)
    expect(rules.map((r) => r.rule.id)).toEqual(['a', 'd'])
    expect(refused).toBe(2)
    expect(problems.map((p) => [p.code, p.file])).toEqual([
      ['SIG-016', join(folder, 'sub/b.yaml')],
      ['SIG-002', join(folder, 'sub/c.yml')],
    ])
  })

  test('refuses only the document of a file that is no YAML, and tells its line', () => {
    const wrong = `${rule('b')}level: low\n---\n${rule('c')}---\nx: [\n---\n`
    put('a.yml', `${rule('a')}---\n${wrong}${rule('d', '{s: {F|gt: x}, condition: s}')}`)
    const { rules, refused, problems } = loadRules([folder], NO_PIPELINES)
    expect(rules.map((r) => r.rule.id)).toEqual(['a', 'c'])
    expect(refused).toBe(3)
    expect(problems.map((p) => [p.code, p.line])).toEqual([
      ['SIG-002', 12],
      ['SIG-002', 21],
      ['SIG-016', 26],
    ])
  })

  test('refuses a file as a whole of which more than a thousand documents are no YAML', () => {
    put('a.yml', `${rule('a')}---\n${'x: [\n---\n'.repeat(1000)}`)
    put('b.yml', `${rule('b')}---\n${'x: [\n---\n'.repeat(1001)}`)
    const { rules, problems } = loadRules([folder], NO_PIPELINES)
    expect(rules.map((r) => r.rule.id)).toEqual(['a'])
    expect(problems.map((p) => p.file)).toEqual([...Array(1000).fill(join(folder, 'a.yml')), join(folder, 'b.yml')])
  })

  test('takes documents that end with dots for several, too', () => {
    put('a.yml', `${rule('a')}...\n${rule('b')}...\n---\n${rule('c')}`)
    const { rules, problems } = loadRules([folder], NO_PIPELINES)
    expect(rules.map((r) => r.rule.id)).toEqual(['a', 'b', 'c'])
    expect(problems).toEqual([])
  })

  test('lets a rule without id go by its path, and takes an id once', () => {
    put('sub/x.yml', rule('x').replace(/id: .*\n/, ''))
    put('y.yml', rule('same'))
    put('z.yml', rule('same'))
    const { rules, problems } = loadRules([folder], NO_PIPELINES)
    expect(rules.map((r) => r.rule.id)).toEqual(['sub/x.yml', 'same'])
    expect(codes(problems)).toEqual(['SIG-031', 'SIG-007'])
  })

  test('reads several documents of a file, links, and a file reached twice only once', () => {
    put('a.yml', `${rule('a')}---\n${rule('b')}---\n`)
    symlinkSync(join(folder, 'a.yml'), join(folder, 'link.yml'))
    symlinkSync(folder, join(folder, 'loop'))
    const { rules, problems } = loadRules([folder, join(folder, 'a.yml')], NO_PIPELINES)
    expect(rules.map((r) => r.rule.id)).toEqual(['a', 'b'])
    expect(problems).toEqual([])
  })

  test('refuses a file that is not UTF-8 and a folder that is not there', () => {
    writeFileSync(join(folder, 'bad.yml'), Buffer.from([0x74, 0xff, 0xfe]))
    expect(codes(loadRules([folder], NO_PIPELINES).problems)).toEqual(['SIG-001'])
    expect(() => loadRules([join(folder, 'none')], NO_PIPELINES)).toThrow(/none/)
  })

  test('takes what stands in the sidecar, and says what is wrong with one', () => {
    put('a.yml', rule('a'))
    put('a.suidun.yaml', 'titleZh: 标题\ndescriptionZh: 说明\nentity: user.name\nsamples: []\n')
    put('b.yml', rule('b'))
    put('b.suidun.yaml', 'titleZh: 标题\n')
    put('lonely.suidun.yaml', 'titleZh: 标题\ndescriptionZh: 说明\n')
    const { rules, problems } = loadRules([folder], NO_PIPELINES)
    expect(rules.map((r) => r.sidecar?.titleZh)).toEqual(['标题', undefined])
    expect(codes(problems)).toEqual(['SIG-040', 'SIG-042'])
  })
})

describe('a pipeline', () => {
  const load = (text: string) => {
    put('p/one.yaml', text)
    return loadPipelines(join(folder, 'p'))
  }
  const web = `
logsources:
  - category: web
    where: { event.dataset: ['nginx.*', apache.access] }
fields:
  c-uri: [url.original, url.path]
`
  test('maps fields to places in order, the own name last, for its log sources only', () => {
    put('r/a.yml', rule('a', '{s: {c-uri: /x}, condition: s}', '{category: web}'))
    put('r/b.yml', rule('b', '{s: {c-uri: /x}, condition: s}', '{category: other}'))
    const { rules } = loadRules([join(folder, 'r')], load(web).pipelines)
    expect(rules[0]?.filter).toEqual({
      op: 'term',
      field: ['url.original', 'url.path', 'c-uri'],
      value: '/x',
      cased: false,
    })
    expect(rules[1]?.filter).toMatchObject({ field: ['c-uri'] })
    expect(rules.map((r) => r.routed)).toEqual([true, false])
  })

  test('restricts only events that carry the field it asks for', () => {
    put('r/a.yml', rule('a', '{s: {F: 1}, condition: s}', '{category: web, product: linux}'))
    put('r/b.yml', rule('b', '{s: {F: 1}, condition: s}', '{category: other}'))
    const { rules } = loadRules([join(folder, 'r')], load(web).pipelines)
    const routing = compileFilter(rules[0]!.routing)
    expect(routing(viewOfJson({ event: { dataset: 'nginx.access' } }))).toBe(true)
    expect(routing(viewOfJson({ event: { dataset: 'system.auth' } }))).toBe(false)
    expect(routing(viewOfJson({ event: { dataset: null } }))).toBe(true)
    expect(routing(viewOfJson({ F: 1 }))).toBe(true)
    expect(evaluate(rules[1]!.routing, viewOfJson({ event: { dataset: 'system.auth' } }))).toBe(true)
  })

  test('that cannot be read is a problem with its file', () => {
    expect(codes(load('logsources: 5').problems)).toEqual(['SIG-050'])
    expect(codes(load('fields: [').problems)).toEqual(['SIG-050'])
    expect(codes(load('feilds: {}').problems)).toEqual(['SIG-050'])
  })
})

test('lint warns of a log source without routing, of a rule that must look at everything, and of samples that lie', () => {
  put('a.yml', rule('a', '{s: {F: 1}, condition: not s}'))
  put('b.yml', rule('b'))
  put(
    'b.suidun.yaml',
    `titleZh: 标题\ndescriptionZh: 说明\nsamples:\n  - {name: one, matches: true, event: {F: 2}}\n  - {name: two, matches: false, event: {F: 3}}\n`,
  )
  const { rules } = loadRules([folder], NO_PIPELINES)
  expect(rules.map((r) => codes(lintRule(r)))).toEqual([
    ['SIG-034', 'SIG-035'],
    ['SIG-034', 'SIG-043'],
  ])
})
