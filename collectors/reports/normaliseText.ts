const ANSI = /\u001b\[[0-9;]*[A-Za-z]/g
/** A line of a snippet that a tool numbered: `  38: exec(x)`, `38 | exec(x)`. */
const NUMBERED = /^\s*(?:>\s*)?([0-9]{1,7})\s*[:|]\s?(.*)$/

/**
 * The line of a snippet that a finding is about, blanks collapsed: the one numbered `line` where the tool numbers its
 * lines, else the first that holds a letter or digit. Undefined where none does.
 */
export function lineOfSnippet(snippet: string, line: number | null): string | undefined {
  const lines = snippet.replace(ANSI, '').split(/\r\n|\r|\n/)
  const numbered = lines.map((l) => NUMBERED.exec(l))
  const own = line === null ? undefined : numbered.find((m) => m !== null && Number(m[1]) === line)
  if (own !== undefined && own !== null) return collapse(own[2]!)
  const first = lines.find((l) => /[\p{L}\p{N}]/u.test(l)) ?? lines.find((l) => l.trim() !== '')
  return first === undefined ? undefined : collapse(first)
}

/** Blanks collapsed, masks of any length alike. */
export function collapse(text: string): string {
  return text
    .replace(ANSI, '')
    .replace(/\s+/g, ' ')
    .replace(/\*{3,}/g, '***')
    .trim()
}

const SEVERITY =
  /\b(?:critical|high|medium|moderate|low|negligible|important|informational|info|unknown|warning|error|note)\b/gi

/**
 * A message as far as it says what is wrong where: without figures (lines, versions, counts, digests) and without words of
 * severity, which drift while the finding stays.
 */
export function steadyMessage(message: string): string {
  return collapse(message)
    .replace(/\b(?=[0-9a-f]*[0-9])[0-9a-f]{8,}\b/gi, '#')
    .replace(/[0-9]+(?:[.:_+-][0-9]+)*/g, '#')
    .replace(SEVERITY, '~')
    .slice(0, 2_000)
}
