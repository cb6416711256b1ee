/** What a template found: names and texts, alternating. */
type Captures = (name: string, value: string) => void

/** A compiled template: whether it fits the whole text; if so, and only then, `give` gets what was captured. */
export interface Template {
  /** The literal text it starts with; may be empty. */
  readonly head: string
  match(text: string, give: Captures): boolean
}

interface Part {
  readonly name: string
  readonly greedy: boolean
  readonly optional: boolean
  /** The literal after the capture. */
  readonly literal: string
}

const CAPTURE = /\{([^{}*?]*)([*?]?)\}/g

/**
 * Compiles a text such as `Failed {ssh.method} for {user.name*} from {@source} port {source.port} ssh2…`:
 * `{name}` captures up to the next literal (`{}` without keeping it, `{name?}` may be empty), `{name*}` (at most one) takes
 * all it can, so that a name chosen by an attacker cannot pose as what follows; `…` at the end lets anything follow.
 * Matching looks for each literal once, forwards up to the greedy capture and backwards from the end after it: linear.
 * Throws Error for a template that cannot be read.
 */
export function compileTemplate(source: string): Template {
  const open = source.endsWith('…')
  const body = open ? source.slice(0, -1) : source
  const parts: Part[] = []
  let head = ''
  let from = 0
  let last: { name: string; greedy: boolean; optional: boolean } | undefined
  for (const m of body.matchAll(CAPTURE)) {
    const literal = body.slice(from, m.index)
    if (last === undefined) head = literal
    else {
      if (literal === '') throw new Error(`captures without text between them: ${source}`)
      parts.push({ ...last, literal })
    }
    last = { name: m[1]!, greedy: m[2] === '*', optional: m[2] === '?' }
    from = m.index + m[0].length
  }
  if (last === undefined) head = body
  else parts.push({ ...last, literal: body.slice(from) })
  const greedy = parts.findIndex((p) => p.greedy)
  if (parts.filter((p) => p.greedy).length > 1) throw new Error(`more than one greedy capture: ${source}`)
  const forwards = greedy < 0 ? parts.length : greedy

  return {
    head,
    match(text, give) {
      if (!text.startsWith(head)) return false
      const values: string[] = []
      let at = head.length
      for (let i = 0; i < forwards; i++) {
        const { literal, optional } = parts[i]!
        const end = endOf(text, at, literal, i === parts.length - 1, open)
        if (end < at || (end === at && !optional)) return false
        values.push(text.slice(at, end))
        at = end + literal.length
      }
      if (greedy < 0) {
        if (at !== text.length && !open) return false
      } else {
        const tail: string[] = []
        let end = text.length
        for (let i = parts.length - 1; i >= greedy; i--) {
          const { literal, optional } = parts[i]!
          const isLast = i === parts.length - 1
          let start = end
          if (literal !== '') {
            start =
              isLast && !open
                ? text.endsWith(literal)
                  ? text.length - literal.length
                  : -1
                : before(text, literal, end)
          }
          if (start < at) return false
          // What this literal closes on the right was captured in the round before; here its own capture ends.
          if (!isLast) {
            const value = text.slice(start + literal.length, end)
            if (value === '' && !parts[i + 1]!.optional) return false
            tail.push(value)
          }
          end = start
          if (i === greedy) {
            if (end === at && !optional) return false
            tail.push(text.slice(at, end))
          }
        }
        for (let i = tail.length - 1; i >= 0; i--) values.push(tail[i]!)
      }
      for (let i = 0; i < values.length; i++) {
        const { name } = parts[i]!
        if (name !== '') give(name, values[i]!)
      }
      return true
    },
  }
}

function endOf(text: string, at: number, literal: string, last: boolean, open: boolean): number {
  if (literal === '') return text.length
  if (!last || open) return text.indexOf(literal, at)
  return text.endsWith(literal) && text.length - literal.length >= at ? text.length - literal.length : -1
}

function before(text: string, literal: string, end: number): number {
  const from = end - literal.length
  return from < 0 ? -1 : text.lastIndexOf(literal, from)
}
