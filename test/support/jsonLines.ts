import fc from 'fast-check'

/**
 * JSON in the many ways that it can be written: spaces, escapes where none are needed, numbers with exponents, keys that
 * stand twice, names with dots instead of groups. `JSON.parse` says what a line means.
 */
export type Choose = (below: number) => number

/** Choices that fast-check makes and shrinks towards 0, where everything is written as usual. */
export const choices: fc.Arbitrary<Choose> = fc
  .array(fc.nat({ max: 1 << 16 }), { minLength: 1, maxLength: 60 })
  .map((numbers) => {
    let at = 0
    return (below) => numbers[at++ % numbers.length]! % below
  })

/** Writes an object as one line. */
export function writeOddly(value: unknown, choose: Choose): string {
  if (typeof value === 'string') return text(value, choose)
  if (typeof value === 'number') return number(value, choose)
  if (Array.isArray(value)) {
    const items = value.map((v) => writeOddly(v, choose))
    if (choose(12) === 11) items.push('[]')
    return `[${space(choose)}${items.join(`,${space(choose)}`)}]`
  }
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).flatMap(([key, v]) => {
    const member = `${text(key, choose)}${space(choose)}:${space(choose)}${writeOddly(v, choose)}`
    // The last of two counts; also one key of a group may stand beside the group.
    if (choose(14) === 13) return [`${text(key, choose)}:${choose(2) === 0 ? '"a"' : 'null'}`, member]
    if (choose(10) === 9 && isGroup(v)) {
      return Object.entries(v).map(([k, inner]) => `${text(`${key}.${k}`, choose)}:${writeOddly(inner, choose)}`)
    }
    if (choose(16) === 15 && isGroup(v)) return [`${text(key, choose)}:[${writeOddly(v, choose)},{"b":1},3]`]
    return [member]
  })
  if (choose(3) === 2) members.reverse()
  return `{${space(choose)}${members.join(`${space(choose)},`)}}`
}

function isGroup(v: unknown): v is object {
  return typeof v === 'object' && v !== null && !Array.isArray(v)
}

function space(choose: Choose): string {
  return ['', '', '', ' ', '  ', '\t', '\r'][choose(7)]!
}

function text(value: string, choose: Choose): string {
  let out = ''
  for (let i = 0; i < value.length; i++) {
    const c = value[i]!
    const way = choose(9)
    if (way === 7) out += `\\u${hex(c, choose)}`
    else if (c === '/' && way > 4) out += '\\/'
    else
      out +=
        way === 8
          ? JSON.stringify(choose(2) === 0 ? c.toUpperCase() : c.toLowerCase()).slice(1, -1)
          : JSON.stringify(c).slice(1, -1)
  }
  return `"${out}"`
}

function hex(c: string, choose: Choose): string {
  const digits = c.charCodeAt(0).toString(16).padStart(4, '0')
  return choose(2) === 0 ? digits : digits.toUpperCase()
}

function number(value: number, choose: Choose): string {
  const usual = JSON.stringify(value)
  if (!Number.isSafeInteger(value) || Math.abs(value) > 1e9) return usual
  return [usual, usual, `${usual}.0`, `${usual}e0`, value === 0 ? '0E-1' : `${usual}0E-1`, value === 0 ? '-0' : usual][
    choose(6)
  ]!
}
