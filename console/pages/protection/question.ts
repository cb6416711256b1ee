/** The question of a check as a search that one can open: its text and its range, where it asked for events. */
export function questionOf(query: string): { readonly q: string; readonly t: string } | undefined {
  const m = /^events \| (.*) \| (?:(\S+) <= )?@timestamp(?: < (\S+))?$/s.exec(query)
  if (m === null) return undefined
  const [, q = '', from = '', to = ''] = m
  return { q, t: from === '' && to === '' ? 'all' : `${from}..${to}` }
}
