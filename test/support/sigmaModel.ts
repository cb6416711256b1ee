import fc from 'fast-check'
import type { EventView, Scalar } from '../../core/event.ts'
import { fold } from '../../core/fold.ts'
import { listOf } from '../../core/view.ts'
import type { Lists } from '../../detection/sigma/expand.ts'

/**
 * Random Sigma detections and, written a second time and as plainly as can be, what the specification says of them: text is
 * compared by one JavaScript expression per value, conditions are evaluated as they are drawn. Not an engine: it knows
 * only what it draws.
 */
export interface SigmaModel {
  /** The map under `detection`; written as JSON it is YAML. */
  readonly detection: Readonly<Record<string, unknown>>
  holds(view: EventView): boolean
}

/** Lists that its placeholders name. */
export const MODEL_LISTS: Lists = new Map([
  ['names', ['admin', 'ro*t', 'a_b']],
  ['none', []],
])

type Test = (view: EventView) => boolean
interface Drawn<T> {
  readonly written: T
  readonly test: Test
}

const field = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('user.name', 'message', 'CommandLine', 'a.b', 'source.port') },
  { weight: 1, arbitrary: fc.constantFrom('winlog.event_id', 'absent') },
)

/** A Sigma string, drawn in pieces of which each says what characters it stands for. */
const PLAIN = 'a A ad min root cmd .exe 4688 22 % _ é 数 😀 - / \u2014'.split(' ')
const piece = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...PLAIN, ' ') },
  { weight: 2, arbitrary: fc.constantFrom('*', '?', '\\*', '\\?', '\\\\', '\\w', '\\\\\\*') },
)
const sigmaString = fc.array(piece, { minLength: 1, maxLength: 3 }).map((p) => p.join(''))

/** The text, or part of it, of what stands in events, so that rules match. */
const WORDS =
  "a A b d ADMIN admin root C:\\Windows\\cmd.exe cmd .exe a_b _ it's 46 22 true 😀 😀a a* *n ? a? * -a \u2014a".split(
    ' ',
  )
const shared = fc.constantFrom(...WORDS, 'cmd -a', ' /a')

/** The characters that a Sigma string may be, as the source of a JavaScript expression (flags `s` and `u`). */
function sourceOf(text: string, shape: (literal: string) => string): string {
  let source = ''
  for (let i = 0; i < text.length; i++) {
    const c = String.fromCodePoint(text.codePointAt(i)!)
    i += c.length - 1
    if (c === '\\' && ['*', '?', '\\'].includes(text[i + 1] ?? '')) source += shape(text[++i]!)
    else source += c === '*' ? '.*' : c === '?' ? '.' : shape(c)
  }
  return source
}

const escaped = (c: string) => c.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')
const dashed = (c: string) => (/[-/\u2013-\u2015]/.test(c) ? '[\\-/\u2013-\u2015]' : escaped(c))

const texts = (view: EventView, name: string): string[] => {
  const value = view.get(name)
  return value === undefined ? [] : listOf(value).flatMap((v) => (v === null ? [] : [String(v)]))
}

interface Style {
  readonly shape: '' | 'contains' | 'startswith' | 'endswith'
  readonly cased: boolean
  readonly windash: boolean
  readonly expand: boolean
}

function textTest(name: string, value: string, style: Style): Test {
  const fit = (text: string) => (style.cased ? text : fold(text))
  const own = (c: string) => (style.windash ? dashed : escaped)(fit(c))
  const placeholders = style.expand ? value.split(/%(names|none)%/) : [value]
  const inner = placeholders
    .map((part, i) => {
      if (i % 2 === 0) return sourceOf(part, own)
      const entries = MODEL_LISTS.get(part)!.map((entry) => sourceOf(entry, own))
      return entries.length === 0 ? '[^\\s\\S]' : `(?:${entries.join('|')})`
    })
    .join('')
  const before = style.shape === 'contains' || style.shape === 'endswith' ? '.*' : ''
  const after = style.shape === 'contains' || style.shape === 'startswith' ? '.*' : ''
  const re = new RegExp(`^${before}${inner}${after}$`, 'su')
  return (view) => texts(view, name).some((t) => re.test(fit(t)))
}

/** An item on text: any of `contains` and its kin, `cased`, `windash`, `expand`, `all`, `neq`. */
const textItem = fc
  .record({
    name: field,
    shape: fc.constantFrom<Style['shape']>('', 'contains', 'startswith', 'endswith'),
    cased: fc.boolean(),
    windash: fc.boolean(),
    placeholder: fc.constantFrom('', '', '', '%names%', '%none%'),
    all: fc.boolean(),
    neq: fc.boolean(),
    windashFirst: fc.boolean(),
    values: fc.array(fc.oneof(sigmaString, { weight: 3, arbitrary: shared }, fc.constant('')), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ name, placeholder, values, ...m }): Drawn<[string, unknown]> => {
    const expand = placeholder !== ''
    const written = values.map((v, i) =>
      expand && i === 0 ? `${v.replace(/[%\\]/g, '')}${placeholder}` : expand ? v.replaceAll('%', '') : v,
    )
    const tests = written.map((v) => textTest(name, v, { ...m, expand }))
    const flags = [m.windashFirst && m.windash && 'windash', m.shape, !m.windashFirst && m.windash && 'windash']
    const modifiers = [...flags, m.cased && 'cased', expand && 'expand', m.all && 'all', m.neq && 'neq'].filter(Boolean)
    return {
      written: [[name, ...modifiers].join('|'), written.length === 1 ? written[0] : written],
      test: (view) => (m.all ? tests.every((t) => t(view)) : tests.some((t) => t(view))) !== m.neq,
    }
  })

/** Numbers, booleans, null, presence, comparisons, parts of dates, other fields. */
const otherItem: fc.Arbitrary<Drawn<[string, unknown]>> = fc.oneof(
  fc
    .tuple(field, fc.constantFrom<Scalar>(22, 4688, 1.5, -1, true, false, null), fc.boolean())
    .map(([name, value, neq]) => ({
      written: [neq ? `${name}|neq` : name, value] as [string, unknown],
      test: (view: EventView) => {
        const found = texts(view, name)
        return (value === null ? found.length === 0 : found.some((t) => fold(t) === String(value))) !== neq
      },
    })),
  fc.tuple(field, fc.boolean()).map(([name, there]) => ({
    written: [`${name}|exists`, there] as [string, unknown],
    test: (view: EventView) => (view.get(name) !== undefined) === there,
  })),
  fc
    .tuple(field, fc.constantFrom('gt', 'gte', 'lt', 'lte'), fc.constantFrom(0, 22, 1.5, 4688))
    .map(([name, op, bound]) => ({
      written: [`${name}|${op}`, bound] as [string, unknown],
      test: (view: EventView) =>
        texts(view, name).some((t) => {
          if (!/^-?\d+(\.\d+)?$/.test(t)) return false
          const n = Number(t)
          return op === 'gt' ? n > bound : op === 'gte' ? n >= bound : op === 'lt' ? n < bound : n <= bound
        }),
    })),
  fc.tuple(fc.constantFrom('', 'gte', 'lt'), fc.integer({ min: 0, max: 23 })).map(([op, hour]) => ({
    written: [['@timestamp', 'hour', op].filter(Boolean).join('|'), hour] as [string, unknown],
    test: (view: EventView) => {
      const h = new Date(view.get('@timestamp') as string).getUTCHours()
      return op === '' ? h === hour : op === 'gte' ? h >= hour : h < hour
    },
  })),
  fc
    .tuple(field, field, fc.constantFrom('', 'contains', 'startswith', 'endswith'), fc.boolean())
    .map(([name, other, op, neq]) => ({
      written: [[name, 'fieldref', op, neq ? 'neq' : ''].filter(Boolean).join('|'), other] as [string, unknown],
      test: (view: EventView) => {
        const others = texts(view, other).map(fold)
        const pair = texts(view, name).some((t) =>
          others.some((o) =>
            op === ''
              ? fold(t) === o
              : op === 'contains'
                ? fold(t).includes(o)
                : op === 'startswith'
                  ? fold(t).startsWith(o)
                  : fold(t).endsWith(o),
          ),
        )
        return pair !== neq
      },
    })),
)

const item = fc.oneof({ weight: 3, arbitrary: textItem }, { weight: 2, arbitrary: otherItem })

const everyItem: fc.Arbitrary<Drawn<Record<string, unknown>>> = fc
  .uniqueArray(item, { minLength: 1, maxLength: 3, selector: (i) => i.written[0] })
  .map((items) => ({
    written: Object.fromEntries(items.map((i) => i.written)),
    test: (view) => items.every((i) => i.test(view)),
  }))

const keywords: fc.Arbitrary<Drawn<unknown>> = fc
  .tuple(fc.array(fc.oneof(sigmaString, shared), { minLength: 1, maxLength: 2 }), fc.boolean())
  .map(([words, all]) => {
    const tests = words.map((w) => {
      const re = new RegExp(
        sourceOf(w, (c) => escaped(fold(c))),
        'su',
      )
      return (view: EventView) =>
        view.some((name, value) => {
          if (/^(suidun|event\.(id|ingested|kind|original))(\.|$)/.test(name)) return false
          return listOf(value).some((v) => v !== null && re.test(fold(String(v))))
        })
    })
    return {
      written: all ? { '|all': words } : words,
      test: (view) => (all ? tests.every((t) => t(view)) : tests.some((t) => t(view))),
    }
  })

const search: fc.Arbitrary<Drawn<unknown>> = fc.oneof(
  { weight: 4, arbitrary: everyItem },
  {
    weight: 1,
    arbitrary: fc.array(everyItem, { minLength: 1, maxLength: 3 }).map((maps) => ({
      written: maps.map((m) => m.written),
      test: (view: EventView) => maps.some((m) => m.test(view)),
    })),
  },
  { weight: 1, arbitrary: keywords },
)

const NAMES = ['sel_a', 'sel-b', 'notable', '_own']

interface DrawnCondition {
  readonly written: string
  /** How tightly its outermost word binds: 0 or, 1 and, 2 all else. */
  readonly level: 0 | 1 | 2
  of(tests: readonly Test[]): Test
}

const asked = (written: string, names: readonly string[], all = false): DrawnCondition => ({
  written,
  level: 2,
  of: (tests) => {
    const chosen = names.map((n) => tests[NAMES.indexOf(n)]!)
    return (v) => (all ? chosen.every((t) => t(v)) : chosen.some((t) => t(v)))
  },
})
/** In brackets only where they are needed. */
const within = (c: DrawnCondition, level: number) => (c.level < level ? `(${c.written})` : c.written)

const condition = fc.letrec<{ tree: DrawnCondition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom(
      ...NAMES.map((n) => asked(n, [n])),
      asked('1 of them', ['sel_a', 'sel-b', 'notable']),
      asked('All OF sel*', ['sel_a', 'sel-b'], true),
      asked('any of *b*', ['sel-b', 'notable']),
      asked('all of _own', ['_own']),
    ),
    tie('tree').map(
      (c): DrawnCondition => ({ written: `not ${within(c, 2)}`, level: 2, of: (t) => (v) => !c.of(t)(v) }),
    ),
    fc.tuple(tie('tree'), tie('tree')).map(
      ([a, b]): DrawnCondition => ({
        written: `${within(a, 1)} and ${within(b, 1)}`,
        level: 1,
        of: (t) => (v) => a.of(t)(v) && b.of(t)(v),
      }),
    ),
    fc.tuple(tie('tree'), tie('tree')).map(
      ([a, b]): DrawnCondition => ({
        written: `${a.written} OR ${b.written}`,
        level: 0,
        of: (t) => (v) => a.of(t)(v) || b.of(t)(v),
      }),
    ),
  ),
})).tree

/** Detections that load. */
export const sigmaModels: fc.Arbitrary<SigmaModel> = fc
  .tuple(fc.tuple(search, search, search, search), condition)
  .map(([searches, drawn]) => {
    const holds = drawn.of(searches.map((s) => s.test))
    const named = Object.fromEntries(NAMES.map((name, i) => [name, searches[i]!.written]))
    return { detection: { ...named, condition: drawn.written }, holds }
  })
