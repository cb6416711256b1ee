import { describe, expect, test } from 'vitest'
import { createNormaliser } from '../../collectors/index.ts'
import { evaluate } from '../../core/evaluate.ts'
import { parseJson } from '../../core/exactJson.ts'
import { ALL, ANY, type Filter, ONE } from '../../core/filter.ts'
import { viewOfJson } from '../../core/view.ts'
import { loadPipelines, OWN_PIPELINES } from '../../detection/index.ts'
import { createMatcher } from '../../detection/match.ts'
import { LineMatcher } from '../../detection/matchLines.ts'
import { readPattern } from '../../detection/sigma/text.ts'
import { compileDsl } from '../../store/elasticsearch/compileDsl.ts'
import { isExact } from '../../store/elasticsearch/dsl.ts'
import { eventDocument } from '../../store/elasticsearch/eventDocument.ts'
import { eventsIndex, LONGEST } from '../../store/elasticsearch/mapping.ts'
import { ORIGIN } from '../support/preparedBothWays.ts'
import { errorsOf, filterOf, itemError, itemMatches, matches, readRuleText } from '../support/sigma.ts'

/** Where engines for Sigma differ from each other or from the specification, and what is right here. */

const b64 = (text: string | Buffer) => Buffer.from(text).toString('base64')

describe('parsing', () => {
  test('1: YAML 1.1 as Sigma’s own tools read it; dates are refused, not turned into something else', () => {
    expect(itemMatches('F: yes', { F: true })).toBe(true)
    expect(itemMatches('F: on', { F: 'true' })).toBe(true)
    expect(itemMatches('F: 0777', { F: 511 })).toBe(true)
    expect(itemMatches('F: 10:30', { F: 630 })).toBe(true)
    expect(itemMatches('F: 00000429', { F: '00000429' })).toBe(true)
    expect(itemMatches('F: 00000429', { F: 429 })).toBe(false)
    expect(itemError('F: 2024-01-01')).toBe('SIG-019')
    expect(itemMatches("F: '2024-01-01'", { F: '2024-01-01' })).toBe(true)
  })

  test('2: a number beyond 2^53 is refused, in quotes it is exact', () => {
    expect(itemMatches('F: 9007199254740991', { F: '9007199254740991' })).toBe(true)
    expect(itemError('F: 9007199254740993')).toBe('SIG-019')
    expect(itemMatches("F: '12345678901234567890'", { F: '12345678901234567890' })).toBe(true)
    expect(itemMatches("F: '12345678901234567890'", { F: '12345678901234567891' })).toBe(false)
  })

  test('2: so is one of an event, in a line and in what is stored of it', () => {
    const line =
      '{"F":18446744073709551615,"G":[{"H":-9007199254740993}],"I":1e400,"J":100000000000000000000000,"K":1e23}'
    const normalise = createNormaliser({ estate: { assets: [], datasets: [] } })
    const event = normalise(line, 'json', ORIGIN)
    const told = (item: string) => {
      const rule = { filter: filterOf(`s:\n  ${item}\ncondition: s`), routing: ALL }
      let found = false
      new LineMatcher([rule]).match(Buffer.from(line), {
        matched() {
          found = true
        },
        refused: () => expect.unreachable(),
      })
      const matcher = createMatcher([rule])
      const answers = [matcher.ofStored(event).length > 0, matcher.ofJson(parseJson(line) as object).length > 0]
      expect(answers, item).toEqual([found, found])
      return found
    }
    for (const item of [
      "F: '18446744073709551615'",
      "G.H|endswith: '740993'",
      'F|gt: 5',
      "'|all': ['551615', '-90071']",
    ])
      expect(told(item), item).toBe(true)
    for (const item of ["I: '1e400'", "J|re: '^10{23}$'", "K: '1e+23'"]) expect(told(item), item).toBe(true)
    for (const item of ["F: '18446744073709552000'", "G.H: '-9007199254740992'"]) expect(told(item), item).toBe(false)
  })

  test('3: an identifier may begin with "not", "and", "or", "of"', () => {
    const searches = 'notable:\n  N: 1\nandroid:\n  A: 1\noracle:\n  O: 1\noffice:\n  F: 1\n'
    expect(matches(`${searches}condition: notable`, { N: 1 })).toBe(true)
    expect(matches(`${searches}condition: not notable and android`, { A: 1 })).toBe(true)
    expect(matches(`${searches}condition: android or oracle`, { O: 1 })).toBe(true)
    expect(matches(`${searches}condition: 1 of office`, { F: 1 })).toBe(true)
  })

  test('4: words of the condition in any case', () => {
    const searches = 'a:\n  A: 1\nb:\n  B: 1\n'
    expect(matches(`${searches}condition: 1 OF THEM`, { B: 1 })).toBe(true)
    expect(matches(`${searches}condition: All of Them`, { B: 1 })).toBe(false)
    expect(matches(`${searches}condition: a AND NOT b`, { A: 1 })).toBe(true)
    expect(matches(`${searches}condition: a Or b`, { B: 1 })).toBe(true)
  })

  test('5: a pattern that no identifier fits refuses the rule, as does "them" without any', () => {
    expect(errorsOf('a:\n  A: 1\ncondition: a and not 1 of nothing*')[0]).toEqual(['SIG-012', 9, 29])
    expect(errorsOf('_a:\n  A: 1\ncondition: 1 of them')[0]?.[0]).toBe('SIG-012')
  })

  test('6: "timeframe" is no search identifier; it refuses the rule', () => {
    expect(errorsOf('a:\n  A: 1\ntimeframe: 5m\ncondition: 1 of them')).toEqual([['SIG-020', 9, 3]])
  })

  test('7: "-" in an identifier, also in a pattern', () => {
    const searches = 'sel-a:\n  A: 1\nsel-b:\n  B: 1\n'
    expect(matches(`${searches}condition: sel-a`, { A: 1 })).toBe(true)
    expect(matches(`${searches}condition: all of sel-*`, { A: 1 })).toBe(false)
    expect(matches(`${searches}condition: 1 of *-b`, { B: 1 })).toBe(true)
  })

  test('8: a key that stands twice in a map refuses the rule', () => {
    expect(readRuleText('title: a\ntitle: b\n').problems[0]).toMatchObject({ code: 'SIG-002', line: 2 })
    expect(errorsOf('s:\n  F: 1\n  F: 2\ncondition: s')[0]?.[0]).toBe('SIG-002')
    expect(matches('s:\n  F|startswith: a\n  F|endswith: b\ncondition: s', { F: 'ab' })).toBe(true)
  })
})

describe('values', () => {
  test('9: Base64 of what the string means, by bytes, never an empty variant, UTF-16 with its own byte order mark', () => {
    expect(itemMatches("F|base64: 'foo\\*'", { F: b64('foo*') })).toBe(true)
    expect(itemMatches("F|base64: 'foo\\*'", { F: b64('foo\\*') })).toBe(false)
    for (const before of ['', 'x', 'xx'])
      expect(itemMatches('F|base64offset|contains: 数据ü', { F: b64(`${before}数据ü!`) })).toBe(true)
    expect(itemMatches('F|base64offset|contains: a', { F: '!' })).toBe(false)
    expect(filterOf('s:\n  F|utf16|base64: a\ncondition: s')).toMatchObject({
      value: b64(Buffer.from('fffe6100', 'hex')),
    })
    expect(itemMatches('F|utf16le|base64: a', { F: 'YQA=' })).toBe(true)
    expect(itemMatches('F|base64|contains: ab', { F: 'x YWI y' })).toBe(true)
    expect(itemMatches('F|base64: ab', { F: 'YWI=' })).toBe(true)
  })

  test('10: one fold, character by character, beyond ASCII too', () => {
    expect(itemMatches('F: İstanbul', { F: 'istanbul' })).toBe(true)
    expect(itemMatches('F: ÜBER', { F: 'über' })).toBe(true)
    expect(itemMatches('F: k', { F: '\u212a' })).toBe(true)
    expect(itemMatches('F: straße', { F: 'STRASSE' })).toBe(false)
    expect(itemMatches('F: ΣΑΣ', { F: 'σας' })).toBe(false)
    expect(itemMatches('F: ΣΑΣ', { F: 'σασ' })).toBe(true)
  })

  test('11: a wildcard crosses line feeds, the "." of a regular expression does not unless told', () => {
    expect(itemMatches('F: a*b', { F: 'a\r\nb' })).toBe(true)
    expect(itemMatches('F: a?b', { F: 'a\nb' })).toBe(true)
    expect(itemMatches('F|contains: a*b', { F: 'xa\nby' })).toBe(true)
    expect(itemMatches("F|re: 'a.b'", { F: 'a\nb' })).toBe(false)
    expect(itemMatches("F|re|s: 'a.b'", { F: 'a\nb' })).toBe(true)
  })

  test('12: absent is not empty; null is absent or null', () => {
    expect(itemMatches("F: ''", {})).toBe(false)
    expect(itemMatches("F: ''", { F: '' })).toBe(true)
    expect(itemMatches("F|contains: ''", {})).toBe(false)
    expect(itemMatches("F: '*'", {})).toBe(false)
    expect(itemMatches('F: null', {})).toBe(true)
    expect(itemMatches('F: null', { F: null })).toBe(true)
    expect(itemMatches('F: null', { F: '' })).toBe(false)
  })

  test('13: a field that is there with null or nothing in it exists', () => {
    for (const F of [null, '', []]) {
      expect(itemMatches('F|exists: true', { F })).toBe(true)
      expect(itemMatches('F|exists: false', { F })).toBe(false)
    }
    expect(itemMatches('F|exists: false', {})).toBe(true)
    expect(compileDsl({ op: 'exists', field: ['user.name'] }, new Set()).must).toEqual({
      term: { 'find.has': 'user.name' },
    })
    const stored = { ecs: {}, rest: { F: null } }
    expect(eventDocument(stored)).toMatchObject({ find: { has: ['F'], filled: [] } })
  })

  test('14: any element of a list, never the text of the list', () => {
    expect(itemMatches('F: b', { F: ['a', 'b'] })).toBe(true)
    expect(itemMatches('F: a,b', { F: ['a', 'b'] })).toBe(false)
    expect(itemMatches('F|contains: \'","\'', { F: ['a', 'b'] })).toBe(false)
    expect(itemMatches('F.g: 2', { F: [{ g: 1 }, { g: 2 }] })).toBe(true)
    // Each wanted value may be in another element.
    expect(itemMatches('F|contains|all: [a, b]', { F: ['xa', 'xb'] })).toBe(true)
  })

  test('15: Windows’ unnamed Data, by whichever name a rule has for it', () => {
    const { field } = loadPipelines(OWN_PIPELINES).pipelines.route({ product: 'windows', service: 'application' })
    const events = [
      { Event: { EventData: { Data: ['x', 'ntds.dit'] } } },
      { Event: { EventData: { Data: { '#text': ['x', 'ntds.dit'] } } } },
      { EventData: { Data: ['x', 'ntds.dit'] } },
      { winlog: { event_data: { Data: 'ntds.dit' } } },
      { Data: ['ntds.dit'] },
    ]
    for (const event of events)
      expect(evaluate({ op: 'suffix', field: field('Data'), value: 'dit', cased: false }, viewOfJson(event))).toBe(true)
    for (const event of events.slice(0, 4))
      expect(evaluate({ op: 'suffix', field: field('EventData'), value: 'dit', cased: false }, viewOfJson(event))).toBe(
        true,
      )
  })

  test('15b: a dotted name is found nested and written out; the case of names counts', () => {
    for (const event of [{ a: { b: 'x' } }, { 'a.b': 'x' }, { a: [{ b: 'y' }, { b: 'x' }] }])
      expect(itemMatches('a.b: x', event)).toBe(true)
    expect(itemMatches('a.b.c: x', { 'a.b': { c: 'x' } })).toBe(true)
    expect(itemMatches('A: x', { a: 'x' })).toBe(false)
  })

  test('16: modifiers that are in the wrong order refuse the rule and say the right one', () => {
    expect(itemError('F|contains|base64: a')).toBe('SIG-015')
    expect(itemError('F|contains|base64offset: a')).toBe('SIG-015')
    const { problems } = readRuleText(
      'title: t\nid: x\nlevel: low\nlogsource: {category: c}\ndetection:\n  s:\n    F|contains|base64: a\n  condition: s\n',
    )
    expect(problems[0]?.message).toContain('"base64" must come before "contains"')
  })

  test('17: keywords are part of any value, numbers too, and of no field name', () => {
    expect(matches('k: [mimi]\ncondition: k', { a: { b: ['x', 'MimiKatz'] } })).toBe(true)
    expect(matches('k: [46]\ncondition: k', { a: 4688 })).toBe(true)
    expect(matches('k: [true]\ncondition: k', { a: true })).toBe(true)
    expect(matches('k: [mimi]\ncondition: k', { mimi: 'x' })).toBe(false)
    expect(matches("k: ['a x']\ncondition: k", { f: 'a', g: 'x' })).toBe(false)
    // Stored, an event holds its line, in which names stand, and values beside each other.
    const line = '{"username":"bob","F":null,"foo":"a","bar":"x"}'
    const keywords = createMatcher([{ filter: filterOf("k: [username, 'null', 'a*x']\ncondition: k"), routing: ALL }])
    expect(keywords.ofJson(JSON.parse(line) as object)).toEqual([])
    const { ecs, rest } = createNormaliser({ estate: { assets: [], datasets: [] } })(line, 'json', ORIGIN)
    expect(ecs.event).toMatchObject({ original: line })
    expect(keywords.ofStored({ ecs, rest })).toEqual([])
    expect(eventDocument({ ecs, rest }).find).toMatchObject({ all: expect.not.arrayContaining([line, 'event']) })
  })

  test('18: addresses however they are written; numbers are none; fields compare by their text', () => {
    expect(itemMatches('F|cidr: 10.0.0.0/8', { F: '::FFFF:10.1.2.3' })).toBe(true)
    expect(itemMatches("F|cidr: '::ffff:10.0.0.0/104'", { F: '10.1.2.3' })).toBe(true)
    expect(itemMatches("F|cidr: '2001:db8::/32'", { F: '2001:0DB8:0:0::1' })).toBe(true)
    expect(itemMatches("F|cidr: 'fe80::/10'", { F: 'fe80::21f:5bff%12' })).toBe(true)
    expect(itemMatches("F|cidr: '2001:db8::/32'", { F: 'fe80::1%eth0' })).toBe(false)
    for (const none of ['fe80::1%', '%12', '10.1.2.3%1', 'fe80%1::'])
      expect(itemMatches("F|cidr: ['fe80::/10', 10.0.0.0/8]", { F: none }), none).toBe(false)
    expect(itemMatches('F|cidr: 10.0.0.0/8', { F: 167772161 })).toBe(false)
    expect(itemMatches('F|cidr: 10.0.0.0/8', { F: '10.1.2.3.4' })).toBe(false)
    expect(itemMatches('F|fieldref: G', { F: 4688, G: '4688' })).toBe(true)
    expect(itemMatches('F|fieldref: G', { F: 'ÜBER', G: 'über' })).toBe(true)
  })

  test('19: "not" and "neq" hold of a field that is absent', () => {
    expect(matches('a:\n  A: 1\ncondition: not a', {})).toBe(true)
    expect(itemMatches('F|neq: a', {})).toBe(true)
    expect(itemMatches('F|contains|neq: [a, b]', { G: 1 })).toBe(true)
    expect(matches('a:\n  A: 1\nb:\n  F|neq: x\ncondition: a and b', { A: 1 })).toBe(true)
  })

  test.each([
    ['a\\b', ['a\\b']],
    ['a\\\\b', ['a\\b']],
    ['\\\\*', ['\\', ANY]],
    ['\\\\\\*', ['\\*']],
    ['\\\\\\\\srv', ['\\\\srv']],
    ['\\\\\\b', ['\\\\b']],
    ['a\\?b?', ['a?b', ONE]],
    ['dir\\', ['dir\\']],
  ])('the table of section 3: %s', (written, pattern) => {
    expect(readPattern(written)).toEqual(pattern)
  })
})

describe('Elasticsearch, from what the compiled search says (the suites on a real one hold its answers)', () => {
  const dsl = (filter: Filter) => compileDsl(filter, new Set())
  const text = (filter: Filter) => JSON.stringify(dsl(filter))

  test('29: text is compared in a folded form of its own, cased text in the plain one', () => {
    expect(text({ op: 'term', field: ['user.name'], value: 'aBc', cased: false })).toContain(
      '{"user.name.lower":["abc"]}',
    )
    expect(text({ op: 'term', field: ['user.name'], value: 'aBc', cased: true })).toContain('{"user.name":["aBc"]}')
  })

  test('30: no regular expression is given to Lucene, whose language is another', () => {
    for (const pattern of ['^a\\d+$', '(?i)x', '(?:a|b)*?', '\\bfoo']) {
      const regex: Filter = { op: 'regex', field: ['process.command_line'], pattern, flags: '' }
      expect(text(regex)).not.toContain('regexp')
      expect(isExact(dsl(regex))).toBe(false)
    }
  })

  test('31: a part of a date is no comparison with the whole date', () => {
    const hour = filterOf("s:\n  '@timestamp|hour|gte': 18\ncondition: s")
    expect(hour).toEqual({ op: 'part', field: ['@timestamp'], part: 'hour', gte: 18 })
    expect(text(hour)).not.toContain('range')
    expect(isExact(dsl(hour))).toBe(false)
  })

  test('32: no field is cut into words', () => {
    expect(JSON.stringify(eventsIndex())).not.toMatch(/"type":"(text|match_only_text|search_as_you_type)"/)
  })

  test('33: a value longer than is indexed is noted and read, not lost', () => {
    const long = 'x'.repeat(LONGEST + 1)
    const document = eventDocument({ ecs: { process: { command_line: long } }, rest: {} })
    expect(document).toMatchObject({ find: { long: ['process.command_line'] } })
    const end = text({ op: 'suffix', field: ['process.command_line'], value: 'y', cased: false })
    expect(end).toContain('{"find.long":"process.command_line"}')
  })

  test('34: null, "not" and presence nest to any depth', () => {
    const none: Filter = { op: 'null', field: ['user.name'] }
    const twice: Filter = { op: 'not', of: { op: 'not', of: none } }
    const filled = { term: { 'find.filled': 'user.name' } }
    expect(dsl(none).must).toEqual({ bool: { must_not: [filled] } })
    expect(dsl({ op: 'not', of: none }).must).toEqual({ bool: { must_not: [{ bool: { must_not: [filled] } }] } })
    expect(isExact(dsl(twice))).toBe(true)
    for (const event of [{}, { user: { name: null } }, { user: { name: 'x' } }])
      expect(evaluate(twice, viewOfJson(event))).toBe(evaluate(none, viewOfJson(event)))
  })
})

describe('filters', () => {
  test('28: the condition of a filter is taken as written; without "not" a warning says what that means', () => {
    const filter = (condition: string) =>
      readRuleText(
        `title: t\nlogsource: {product: p}\nfilter:\n  rules: [x]\n  selection: {User: adm}\n  condition: ${condition}\n`,
      ).problems.map((p) => [p.code, p.severity])
    expect(filter('not selection')).toEqual([])
    expect(filter('selection')).toEqual([['SIG-039', 'warning']])
  })
})
