import fc from 'fast-check'
import { RE2JS } from 're2js'
import { expect, test } from 'vitest'
import { fold } from '../../core/fold.ts'
import { createLiteralIndex } from '../../detection/matcher/literalIndex.ts'
import { requiredTexts } from '../../detection/matcher/regexLiteral.ts'

const unit = fc.constantFrom('a', 'b', 'c', '=', ' ', 'é', '数', '据', '😀')
const literal = fc.string({ unit, minLength: 2, maxLength: 10 }).filter((l) => l.length >= 2)

test('a literal index finds exactly the literals that stand in a text', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(literal, { maxLength: 30 }),
      fc.array(fc.oneof(literal, fc.string({ unit, maxLength: 8 })), { maxLength: 8 }),
      (literals, parts) => {
        const text = parts.join('')
        const found = new Set<number>()
        createLiteralIndex(new Map(literals.map((l, i) => [l, [i]]))).scan(text, (id) => found.add(id))
        expect([...found].sort()).toEqual(literals.flatMap((l, i) => (text.includes(l) ? [i] : [])).sort())
      },
    ),
    { numRuns: 3000 },
  )
})

test('a long text is scanned to its end', () => {
  const found: number[] = []
  createLiteralIndex(
    new Map([
      ['needle-in-hay', [1]],
      ['end', [2]],
    ]),
  ).scan(`${'x'.repeat(200_000)}needle-in-hayend`, (id) => found.push(id))
  expect(found).toEqual([1, 2])
})

test('the texts that a regular expression requires', () => {
  const required = (pattern: string, flags = '') =>
    requiredTexts(pattern, flags)
      ?.sets.map((s) => s.join(' or '))
      .join(', ')
  expect(required('foobar')).toBe('foobar')
  expect(required('^foo.*barbaz$')).toBe('foo, barbaz')
  expect(required('foobar?')).toBe('fooba')
  expect(required('foobar*x')).toBe('fooba, x')
  expect(required('foobar+x')).toBe('foobar, x')
  expect(required('foobar+?x')).toBe('foobar, x')
  expect(required('foobar{0,3}x')).toBe('fooba, x')
  expect(required('foobar{2}x')).toBe('foobar, x')
  expect(required('foobar|x')).toBe('foobar or x')
  expect(required('foobar|x?')).toBeUndefined()
  expect(required('foobar|')).toBeUndefined()
  expect(required('(foobar|x)yyyy')).toBe('foobar or x, yyyy')
  expect(required('(foobar|xyz[a-z]*)+yy')).toBe('foobar or xyz, yy')
  expect(required('(foobar|xyz[a-z]*)?yy')).toBe('yy')
  expect(required('(?:(?:abcd|efgh)i|(?P<n>jkl)mnop)')).toBe('abcd or efgh or mnop')
  expect(required('[foobar]yyy[^]]zzzz')).toBe('yyy, zzzz')
  expect(required('a\\.b\\\\c')).toBe('a.b\\c')
  expect(required('\\Qfoobar')).toBeUndefined()
  expect(required('foo\\x41bar')).toBeUndefined()
  expect(required('(?i)PowerShell')).toBe('Power, hell')
  expect(required('abc(?i)?')).toBeUndefined()
  expect(required('abcd(?i:e)')).toBeUndefined()
  expect(required(`${'('.repeat(1000)}a${')'.repeat(1000)}`)).toBeUndefined()
})

test('no match of a regular expression lacks its required text', () => {
  const piece = fc.constantFrom(
    'abc',
    'S',
    'k',
    'ſ',
    '😀',
    '.',
    '*',
    '+',
    '?',
    '{2}',
    '{0,1}',
    '|',
    '(',
    ')',
    '[ab]',
    '[^a]',
    '\\.',
    '\\d',
    '\\b',
    '^',
    '$',
    '(?:',
    '(?i)',
  )
  const text = fc.array(fc.constantFrom('abc', 'ABC', 's', 'S', 'ſ', 'K', 'k', '😀', '.', '1', 'ab', ' '), {
    maxLength: 8,
  })
  let matched = 0
  fc.assert(
    fc.property(
      fc.array(piece, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('', 'i'),
      fc.array(text, { minLength: 10, maxLength: 10 }),
      (pieces, flags, texts) => {
        const pattern = pieces.join('')
        let re: RE2JS
        try {
          re = RE2JS.compile(pattern, flags === 'i' ? RE2JS.CASE_INSENSITIVE : 0)
        } catch {
          return
        }
        const required = requiredTexts(pattern, flags)
        if (required === undefined) return
        for (const words of texts) {
          const value = words.join('')
          if (!re.test(value)) continue
          matched++
          const found = required.folded
            ? required.sets.every((texts) => texts.some((t) => fold(value).includes(fold(t))))
            : required.sets.every((texts) => texts.some((t) => value.includes(t)))
          expect(found, `${pattern} in ${value}: ${required.sets.join(' and ')}`).toBe(true)
        }
      },
    ),
    { numRuns: 20000 },
  )
  expect(matched).toBeGreaterThan(100)
})
