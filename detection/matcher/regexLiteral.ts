/** A text that every match of a regular expression contains. */
export interface RequiredText {
  readonly text: string
  /** It must be sought folded, in folded text. */
  readonly folded: boolean
}

/**
 * The longest plain text that any match must contain, as far as a look at the top level tells: groups and classes are
 * passed over, an alternation gives up. `undefined` if nothing of three characters is certain.
 */
export function requiredText(pattern: string, flags: string): RequiredText | undefined {
  const folded = flags.includes('i') || /\(\?[a-zA-Z]*i/.test(pattern)
  let best = ''
  let run: string[] = []
  const end = () => {
    if (run.join('').length > best.length) best = run.join('')
    run = []
  }
  const chars = [...pattern]
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i]!
    if (c === '|') return undefined
    if (c === '(' || c === '[') {
      // Flags in the middle: what repeats after them is what stands before (`abc(?i)?`).
      if (c === '(' && i > 0 && chars[i + 1] === '?' && /[a-zA-OQ-Z-]/.test(chars[i + 2] ?? '')) return undefined
      end()
      const close = c === '(' ? groupEnd(chars, i) : classEnd(chars, i)
      if (close < 0) return undefined
      i = close
    } else if (c === '\\') {
      const next = chars[++i]
      if (next === undefined) return undefined
      if (/^[\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e ]$/.test(next)) run.push(next)
      else if ('dwsDWSbBAznrtfva'.includes(next)) end()
      else return undefined
    } else if (c === '*' || c === '?' || c === '{') {
      run.pop()
      end()
      const counted = c === '{' ? /^\{\d+(,\d*)?\}/.exec(chars.slice(i, i + 12).join('')) : null
      if (counted !== null) i += counted[0].length - 1
    } else if (c === '+' || c === '.' || c === '^' || c === '$') end()
    // Ignoring case, RE2 takes the long s for s and the Kelvin sign for k; our fold need not agree beyond ASCII.
    else if (folded && (c > '\x7f' || 'sSkK'.includes(c))) end()
    else run.push(c)
  }
  end()
  return best.length >= 3 ? { text: best, folded } : undefined
}

function groupEnd(chars: readonly string[], open: number): number {
  let depth = 0
  for (let i = open; i < chars.length; i++) {
    const c = chars[i]
    if (c === '\\') {
      if (chars[i + 1] === 'Q') return -1
      i++
    } else if (c === '[') {
      i = classEnd(chars, i)
      if (i < 0) return -1
    } else if (c === '(') depth++
    else if (c === ')' && --depth === 0) return i
  }
  return -1
}

function classEnd(chars: readonly string[], open: number): number {
  let i = open + 1
  if (chars[i] === '^') i++
  if (chars[i] === ']') i++
  for (; i < chars.length; i++) {
    const c = chars[i]
    if (c === '\\') i++
    else if (c === '[' && chars[i + 1] === ':') {
      const close = chars.indexOf(']', i + 2)
      if (close < 0) return -1
      i = close
    } else if (c === ']') return i
  }
  return -1
}
