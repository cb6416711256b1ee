import type { TextMapping } from './mappings.ts'
import { compileTemplate, type Template } from './template.ts'

/** Where a parser puts what it found; a name is a dotted field, `@source` an address or host name. */
export interface Sink {
  put(name: string, value: string | number): void
  /** A list for a multi-valued field. */
  list(name: string, values: readonly string[]): void
}

/** Texts of programs by their templates. */
export interface TextParser {
  /** Parses a message of a known program: what it says goes to `sink`; its dataset even if no template fits. */
  parse(app: string, text: string, sink: Sink): boolean
  /** Parses a message whose program nobody named; false where no template of the recognisable ones fits. */
  parseBare(text: string, sink: Sink): boolean
}

interface Pattern {
  readonly template: Template
  readonly set: readonly (readonly [name: string, value: string | readonly string[]])[]
}

interface Program {
  readonly name: string
  readonly dataset: string
  readonly unwrap: readonly string[]
  /** Patterns by the first word of their text; those that begin with a capture or in the middle of a word under ''. */
  readonly byWord: ReadonlyMap<string, readonly Pattern[]>
}

const NONE: readonly Pattern[] = []

/** Compiles the mappings of programs. Throws Error for a template that cannot be read. */
export function compileTexts(mappings: readonly TextMapping[]): TextParser {
  const byApp = new Map<string, Program>()
  const byStart: [string, Program][] = []
  const bare: Program[] = []
  for (const mapping of mappings) {
    const program = compileProgram(mapping)
    for (const app of mapping.apps) byApp.set(app, program)
    for (const start of mapping.starts) byStart.push([start, program])
    if (mapping.bare) bare.push(program)
  }

  return {
    parse(app, text, sink) {
      const program = startOf(text) ?? byApp.get(app)
      if (program === undefined) return false
      sink.put('event.dataset', program.dataset)
      match(program, text, sink)
      return true
    },
    parseBare(text, sink) {
      for (const program of bare) {
        if (!match(program, text, sink)) continue
        sink.put('event.dataset', program.dataset)
        if (program.name !== '') sink.put('process.name', program.name)
        return true
      }
      return false
    },
  }

  function startOf(text: string): Program | undefined {
    for (const [start, program] of byStart) if (text.startsWith(start)) return program
    return undefined
  }
}

function compileProgram(mapping: TextMapping): Program {
  const byWord = new Map<string, Pattern[]>()
  for (const { text, set } of mapping.patterns)
    for (const source of typeof text === 'string' ? [text] : text) {
      const template = compileTemplate(source)
      const word = template.head.includes(' ') ? firstWord(template.head) : ''
      const list = byWord.get(word)
      const pattern = { template, set: Object.entries(set) }
      if (list === undefined) byWord.set(word, [pattern])
      else list.push(pattern)
    }
  return { name: mapping.apps[0] ?? '', dataset: mapping.dataset, unwrap: mapping.unwrap, byWord }
}

function match(program: Program, whole: string, sink: Sink): boolean {
  let text = whole
  const repeated = text.endsWith(']') ? REPEATED.exec(text) : null
  if (repeated !== null) text = text.slice(repeated[0].length, -1).trimStart()
  for (const prefix of program.unwrap) if (text.startsWith(prefix)) text = text.slice(prefix.length)
  // sudo pads the name it begins with.
  text = text.trim()
  const give = (name: string, value: string) => sink.put(name, value)
  for (const patterns of [program.byWord.get(firstWord(text)) ?? NONE, program.byWord.get('') ?? NONE])
    for (const { template, set } of patterns) {
      if (!template.match(text, give)) continue
      for (const [name, value] of set) {
        if (typeof value === 'string') sink.put(name, value)
        else sink.list(name, value)
      }
      if (repeated !== null) sink.put('log.repeated', Number(repeated[1]))
      return true
    }
  return false
}

/** rsyslog's reduction of repeated lines. */
const REPEATED = /^message repeated ([0-9]{1,9}) times: \[/

function firstWord(text: string): string {
  const blank = text.indexOf(' ')
  return blank < 0 ? text : text.slice(0, blank)
}
