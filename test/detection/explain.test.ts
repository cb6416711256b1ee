import { expect, test } from 'vitest'
import { viewOfJson } from '../../core/view.ts'
import { compileRule } from '../../detection/compile.ts'
import { clausesOf } from '../../detection/explain/clauses.ts'
import { explainRule } from '../../detection/explain/explainRule.ts'
import { createPipelines, type PipelineSource, readPipeline } from '../../detection/pipeline.ts'
import { readDocuments, type SourceDocument } from '../../detection/sigma/document.ts'
import { readRule } from '../../detection/sigma/readRule.ts'

const pipelines = createPipelines([readPipeline('fields: { User: [user.name] }', 'p.yaml') as PipelineSource])

function explain(detection: string, event: object, original?: string) {
  const text = `title: t\nid: x\nlevel: low\nlogsource: {category: c}\ndetection:\n${detection.replace(/^/gm, '  ')}`
  const [document] = readDocuments(text, 'r.yml') as readonly SourceDocument[]
  const { value: rule } = readRule(document!, 'r.yml')
  const clauses = clausesOf(explainRule(compileRule(rule!, pipelines), viewOfJson(event), { original }))
  return clauses.map((c) => ({
    ...c,
    marked: c.start === undefined ? undefined : original?.slice(c.start, c.end),
  }))
}

const LINE = 'Nov 24 10:00:00 db1 sshd[22]: Accepted password for root from 203.0.113.9 port 22 ssh2'
const EVENT = { user: { name: 'root' }, source: { ip: '203.0.113.9', port: 22 }, message: LINE.slice(30) }

test('each clause tells what it saw, whether it holds, and where it stands in the raw line', () => {
  const detection = `sel:
  User: [admin, root]
  source.port: 22
inside:
  source.ip|cidr: 10.0.0.0/8
words:
  - Accepted
condition: sel and words and not inside`
  expect(explain(detection, EVENT, LINE)).toMatchObject([
    { clause: "sel: User: 'root'", field: 'user.name', value: 'root', holds: true, marked: 'root' },
    { clause: 'sel: source.port: 22', field: 'source.port', value: '22', holds: true, start: LINE.lastIndexOf('22') },
    { clause: "words: 'Accepted'", field: 'message', holds: true },
    { clause: "not inside: source.ip|cidr: '10.0.0.0/8'", field: 'source.ip', value: '203.0.113.9', holds: true },
  ])
})

test('a clause that does not hold says what it wanted and what it saw', () => {
  const detection = 'a:\n  User: [w, x, y, z]\nb:\n  missing|endswith: q\ncondition: a or b'
  expect(explain(detection, EVENT, LINE)).toMatchObject([
    { clause: "a: User: 'w', 'x', 'y', … (4)", field: 'user.name', value: 'root', holds: false, marked: undefined },
    { clause: "b: missing|endswith: 'q'", field: 'missing', value: undefined, holds: false, marked: undefined },
  ])
})

test('in a long value the part that was looked for is marked, also as JSON writes it', () => {
  const value = `C:\\Windows\\${'x'.repeat(200)}\\EVIL.exe "a"`
  const original = JSON.stringify({ CommandLine: value })
  const [clause] = explain("s:\n  CommandLine|contains: '\\evil.exe'\ncondition: s", { CommandLine: value }, original)
  expect(clause).toMatchObject({ value, marked: '\\\\EVIL.exe' })
})

test.each([
  [
    'under its own name, though the same stands elsewhere',
    'src.ip: 10.1.1.1',
    '{"dst":{"ip":"10.1.1.1"},"src":{"ip":"«10.1.1.1»"}}',
  ],
  ['and not where a text is what the name is', 'u: 1', '{"x":"u","y":1,"u": «1»}'],
  ['with its escapes', "F: 'a/b'", '{"F":"«a\\/b»"}'],
  ['as a number is written', 'F: 1000', '{"G":1000,"F":«1e3»}'],
  ['in lists of objects', 'a.b: 2', '{"a":[{"b":1},{"b":«2»}],"c":2}'],
  ['after braces in a text', 'F: x', '{"G":"}]{\\"F\\":\\"x\\"","F":"«x»"}'],
  ['over several lines', 'F: true', '{\n "G": true,\n "F": «true»\n}'],
  ['under a name that ends alike, where it was mapped', 'source.ip: 10.1.1.1', '{"id":"10.1.1.1","ip":"«10.1.1.1»"}'],
])('a value of a JSON object is marked %s', (_, item, marked) => {
  const original = marked.replace(/[«»]/g, '')
  const event = item.startsWith('source.') ? { source: { ip: '10.1.1.1' } } : (JSON.parse(original) as object)
  const [clause] = explain(`s:\n  ${item}\ncondition: s`, event, original)
  expect(clause).toMatchObject({ holds: true, start: marked.indexOf('«'), marked: /«(.*)»/.exec(marked)![1] })
})

test('a value is marked in an object that breaks off behind it', () => {
  const [clause] = explain('s:\n  F: x\ncondition: s', { F: 'x' }, '{"G":"x","F":"x","H":"')
  expect(clause).toMatchObject({ start: 14 })
})

test('a short value is marked after its name, not inside another word', () => {
  const original = '{"host":"server1","id":1,"level":"1"}'
  const [clause] = explain('s:\n  level: 1\ncondition: s', { host: 'server1', id: 1, level: '1' }, original)
  expect(clause).toMatchObject({ start: original.indexOf('"1"') + 1, marked: '1' })
})

test('what the parser made is marked nowhere', () => {
  const [clause] = explain('s:\n  event.outcome: success\ncondition: s', { event: { outcome: 'success' } }, LINE)
  expect(clause).toMatchObject({ holds: true, start: undefined, end: undefined })
})

test('a value that stands below the object which is searched as text is told with its place', () => {
  const below = createPipelines([readPipeline("also: { params: ['params.*'] }", 'p.yaml') as PipelineSource])
  const text =
    'title: t\nid: x\nlevel: low\nlogsource: {category: c}\ndetection:\n  s:\n    params|contains: admin\n  condition: s'
  const [document] = readDocuments(text, 'r.yml') as readonly SourceDocument[]
  const { value: rule } = readRule(document!, 'r.yml')
  const said = (event: object, hidden: readonly string[] = []) =>
    clausesOf(explainRule(compileRule(rule!, below), viewOfJson(event), { original: undefined, hidden }))
  const event = { params: { policy: { arn: 'x/AdminAccess' } }, user: 'admin' }
  expect(said(event)).toMatchObject([{ field: 'params.policy.arn', value: 'x/AdminAccess', holds: true }])
  expect(said({ params: { policy: 'x' }, user: 'admin' })).toMatchObject([{ holds: false }])
  // What is hidden elsewhere leaves nothing open; of what may be hidden below it nothing is told.
  expect(said({ params: { policy: 'x' } }, ['user'])).toMatchObject([{ holds: false }])
  expect(said({ params: { policy: 'x' } }, ['params.secret'])).toEqual([])
})
