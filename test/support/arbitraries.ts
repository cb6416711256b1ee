import fc from 'fast-check'
import type { EcsObject, FieldRef, Scalar, StoredEvent, Value } from '../../core/event.ts'
import { FIELDS, type Field } from '../../core/fields.ts'
import { ANY, type DatePart, type Filter, ONE, type Pattern } from '../../core/filter.ts'

/** Random events and filters that meet often: few fields, few texts, and the characters on which engines differ. */

const TYPED = [
  '@timestamp',
  'message',
  'event.code',
  'event.created',
  'event.original',
  'event.type',
  'host.ip',
  'http.response.status_code',
  'process.command_line',
  'source.ip',
  'source.port',
  'suidun.time.tolerated',
  'tags',
  'user.name',
] as const

/** Names that only the remainder can hold; `user.name` and `source.port` stand in both halves. */
const LOOSE = ['CommandLine', 'winlog.event_id', 'a.b', 'user', '__proto__', 'x y', 'user.name', 'source.port', '数据']

const TEXTS = [
  '',
  'a',
  'A',
  'ab',
  'aB',
  'admin',
  'ADMIN',
  'root',
  'İ',
  'i',
  'i̇',
  'ı',
  'ΑΣ',
  'ας',
  'ασ',
  'ß',
  'ẞ',
  'K',
  'k',
  'é',
  'e\u0301',
  '数据',
  '😀',
  '😀a',
  '\uffee',
  '%',
  '_',
  'a_b',
  'a%b',
  '*',
  '?',
  '\\',
  'C:\\Windows\\cmd.exe',
  'cmd -a',
  'CMD /a',
  'cmd \u2014a',
  "it's",
  '"q"',
  'line\nfeed',
  ' a ',
  '4688',
  '22',
  '-1',
  '1.5',
  '1e3',
  '0x10',
  '007',
  'true',
  'null',
  '10.0.0.7',
  '10.1.2.3',
  '::ffff:10.0.0.7',
  '2001:db8::1',
  '2001:db8::1%eth0',
  '2026-11-24T06:00:00.000Z',
  '2026-11-24 05:59:59,5',
  '2027-01-01T00:30:00+08:00',
]

const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...TEXTS) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('a', 'B', '%', '_', '\\', 'İ', 'σ', '😀', '\n'), maxLength: 6 }),
  },
)
const number = fc.oneof(
  fc.constantFrom(0, 1, -1, 22, 80, 4688, 1.5, 1000, 9007199254740991, -9007199254740991),
  fc.integer({ min: -3, max: 30 }),
)
const integer = number.map(Math.trunc)
const address = fc.constantFrom('10.0.0.7', '10.1.2.3', '192.168.1.1', '2001:db8::1', '::1')
const instant = fc
  .constantFrom(0, 1, 999, 1000, 60_000, 86_400_000)
  .map((ms) => new Date(Date.UTC(2026, 10, 24, 6) + ms).toISOString())

/** Dates on both sides of turns of years and ISO weeks. */
const date = fc.oneof(
  instant,
  fc.constantFrom(
    '2024-12-29T23:59:59.999Z',
    '2024-12-30T00:00:00.000Z',
    '2021-01-03T12:34:56.000Z',
    '1969-12-31T23:59:00.000Z',
  ),
)

function typedValue(field: Field): fc.Arbitrary<Value> {
  const one: Record<Field['type'], fc.Arbitrary<Scalar>> = {
    keyword: text,
    long: integer,
    double: number,
    boolean: fc.boolean(),
    date,
    ip: address,
  }
  return field.multi ? fc.array(one[field.type], { maxLength: 3 }) : one[field.type]
}

const scalar: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 2, arbitrary: number },
  fc.boolean(),
  fc.constant(null),
)
const looseValue: fc.Arbitrary<Value> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
)

/** An event as the normaliser makes them: typed fields of their type, anything else in the remainder. Always a time. */
export const storedEvents: fc.Arbitrary<StoredEvent> = fc
  .record(
    {
      ...Object.fromEntries(FIELDS.filter((f) => TYPED.includes(f.name as never)).map((f) => [f.name, typedValue(f)])),
      '@timestamp': instant,
    },
    { requiredKeys: ['@timestamp'] },
  )
  .chain((typed) =>
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...LOOSE), looseValue), { maxLength: 4, selector: ([name]) => name })
      .map((loose) => ({ ecs: nested(typed), rest: Object.fromEntries(loose) })),
  )

function nested(flat: Readonly<Record<string, unknown>>): EcsObject {
  const root: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flat)) {
    const parts = name.split('.')
    let at = root
    for (const part of parts.slice(0, -1)) {
      at[part] ??= {}
      at = at[part] as Record<string, unknown>
    }
    at[parts.at(-1)!] = value
  }
  return root as EcsObject
}

const name = fc.constantFrom(...TYPED, ...LOOSE, 'absent.field')
const fieldRef: fc.Arbitrary<FieldRef> = fc.oneof(
  { weight: 4, arbitrary: name.map((n): FieldRef => [n]) },
  { weight: 1, arbitrary: fc.tuple(name, name).map(([a, b]): FieldRef => (a === b ? [a] : [a, b])) },
)
const pattern: fc.Arbitrary<Pattern> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: text },
    { weight: 2, arbitrary: fc.constant(ANY as typeof ANY) },
    { weight: 1, arbitrary: fc.constant(ONE as typeof ONE) },
  ),
  { minLength: 1, maxLength: 4 },
)
const present = fc.oneof({ weight: 5, arbitrary: text }, { weight: 2, arbitrary: number }, fc.boolean())
const bound = fc.oneof({ weight: 2, arbitrary: number }, instant, text)

const REGEXES = [
  'a',
  '^a',
  'a$',
  '^$',
  '.',
  'A.B',
  '(?i)admin',
  '[0-9]+',
  '^\\d{2}$',
  '\\\\cmd',
  '\\bfeed\\b',
  'a|root',
  '^.$',
]
const BLOCKS = ['10.0.0.0/8', '10.0.0.7', '10.0.0.0/31', '2001:db8::/32', '::ffff:10.0.0.0/104', '0.0.0.0/0', '::/0']

const PARTS: readonly (readonly [DatePart, readonly number[]])[] = [
  ['minute', [0, 1, 30, 59]],
  ['hour', [0, 5, 6, 12, 16, 23]],
  ['day', [1, 3, 24, 29, 30, 31]],
  ['week', [1, 47, 48, 52, 53]],
  ['month', [1, 11, 12]],
  ['year', [1969, 2021, 2024, 2026]],
]

/** Leaves of every kind. */
export const leaves: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ op: fc.constant('term' as const), field: fieldRef, value: present, cased: fc.boolean() }),
  fc.record({
    op: fc.constant('in' as const),
    field: fieldRef,
    values: fc.array(present, { minLength: 1, maxLength: 4 }),
    cased: fc.boolean(),
  }),
  fc.record({
    op: fc.constantFrom('prefix' as const, 'suffix' as const, 'contains' as const),
    field: fieldRef,
    value: text,
    cased: fc.boolean(),
  }),
  fc.record({ op: fc.constant('wildcard' as const), field: fieldRef, pattern, cased: fc.boolean() }),
  fc.record({
    op: fc.constant('regex' as const),
    field: fieldRef,
    pattern: fc.constantFrom(...REGEXES),
    flags: fc.constantFrom('', 'i', 'm', 's', 'ims'),
  }),
  fc.record(
    { op: fc.constant('range' as const), field: fieldRef, gt: bound, gte: bound, lt: bound, lte: bound },
    { requiredKeys: ['op', 'field'] },
  ),
  fc.record({ op: fc.constant('cidr' as const), field: fieldRef, cidr: fc.constantFrom(...BLOCKS) }),
  fc
    .tuple(fieldRef, fc.constantFrom(...PARTS), fc.constantFrom('gt', 'gte', 'lt', 'lte', 'equal'))
    .chain(([field, [part, numbers], how]) =>
      fc.constantFrom(...numbers).map((n): Filter => {
        const bounds = how === 'equal' ? { gte: n, lte: n } : { [how]: n }
        return { op: 'part', field, part, ...bounds }
      }),
    ),
  fc.record({
    op: fc.constant('compare' as const),
    field: fieldRef,
    with: fieldRef,
    how: fc.constantFrom('equal' as const, 'prefix' as const, 'suffix' as const, 'contains' as const),
    cased: fc.boolean(),
  }),
  fc.record({ op: fc.constantFrom('exists' as const, 'null' as const), field: fieldRef }),
  fc.record(
    {
      op: fc.constant('keyword' as const),
      pattern,
      cased: fc.boolean(),
      except: fc.subarray(['user', 'event.original', 'message', 'CommandLine']),
      regex: fc.record({ pattern: fc.constantFrom(...REGEXES), flags: fc.constantFrom('', 'i', 's') }),
      within: fc.subarray(['user', 'event', 'message', 'a', 'source.port', 'winlog'], { minLength: 1 }),
    },
    { requiredKeys: ['op', 'pattern', 'cased'] },
  ),
)

/** Filter trees, built without the simplifying constructors: engines must take any shape, also empty and/or. */
export const filters: fc.Arbitrary<Filter> = fc.letrec<{ tree: Filter }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 6, arbitrary: leaves },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constant('and' as const), of: fc.array(tie('tree'), { maxLength: 3 }) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constant('or' as const), of: fc.array(tie('tree'), { maxLength: 3 }) }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('not' as const), of: tie('tree') }) },
    { weight: 1, arbitrary: fc.constantFrom<Filter>({ op: 'all' }, { op: 'none' }) },
  ),
})).tree
