export interface MetricFamily {
  readonly type: string
  readonly help: string
  readonly samples: {
    readonly name: string
    readonly labels: Readonly<Record<string, string>>
    readonly value: number
  }[]
}

const LABEL = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"`
const SAMPLE = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(?:\{((?:${LABEL})(?:,${LABEL})*)?\})? (\S+)(?: \d+(?:\.\d+)?)?$`,
)

/** Reads an OpenMetrics 1.0 exposition, as strictly as its grammar; fails where a line is not of it. */
export function openMetrics(text: string): Map<string, MetricFamily> {
  if (!text.endsWith('\n# EOF\n') && !text.endsWith('\n# EOF')) throw new Error('OpenMetrics: no "# EOF" at the end')
  const families = new Map<string, { type: string; help: string; samples: MetricFamily['samples'] }>()
  const lines = text.replace(/\n?$/, '').split('\n').slice(0, -1)
  let current = ''
  for (const [i, line] of lines.entries()) {
    const meta = /^# (HELP|TYPE|UNIT) ([a-zA-Z_:][\w:]*) (.*)$/.exec(line)
    if (meta !== null) {
      const [, kind, name, rest] = meta as unknown as [string, string, string, string]
      if (name !== current && families.has(name)) throw new Error(`OpenMetrics: ${name} is interleaved (line ${i + 1})`)
      current = name
      const family = families.get(name) ?? { type: 'unknown', help: '', samples: [] }
      families.set(name, family)
      if (family.samples.length > 0) throw new Error(`OpenMetrics: metadata after samples of ${name}`)
      if (kind === 'TYPE') family.type = rest
      if (kind === 'HELP') family.help = rest
      continue
    }
    const found = SAMPLE.exec(line)
    if (found === null) throw new Error(`OpenMetrics: line ${i + 1} is no sample: ${line}`)
    const [, name, labels = '', value] = found as unknown as [string, string, string | undefined, string]
    const family = families.get(current)
    const ending = family?.type === 'counter' ? ['_total', '_created'] : ['']
    if (family === undefined || !ending.some((e) => name === `${current}${e}`))
      throw new Error(`OpenMetrics: ${name} does not belong to ${current} (line ${i + 1})`)
    const number = value === '+Inf' ? Infinity : Number(value)
    if (Number.isNaN(number) && value !== 'NaN') throw new Error(`OpenMetrics: ${value} is no number (line ${i + 1})`)
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, k, v]) => [k!, v!] as const)
    family.samples.push({ name, labels: Object.fromEntries(pairs), value: number })
  }
  return families
}
