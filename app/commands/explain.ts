import { explainCorrelation, explainRule } from '../../detection/index.ts'
import type { Command } from '../command.ts'
import { namedRules } from '../explain/namedRules.ts'
import { printExplanation } from '../explain/printExplanation.ts'
import { readEvent } from '../explain/readEvent.ts'
import { languageOf } from '../explain/terminal.ts'
import { required } from '../options.ts'
import { printProblems } from '../printProblems.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'tells why a Sigma rule matches an event, or why not',
  usage: `npx suidun explain --rule R --event E [--line N] [--place N] [--lists DIR] [--key KEY] [--json]

  --rule     a file of rules, or the id of a rule: our own, of the folder that the configuration names, or imported
  --event    a file with events in JSON, - for standard input, or the id of a stored event
  --line     of several events: the line on which it stands, as match tells it
  --place    of several in a line: which, as match tells it ("event")
  --lists    a further folder of lists for placeholders
  --key      API key of scope read (or SUIDUN_KEY): for a stored event while the server runs
  --json     the same as data, a line per rule

Prints the log source, the condition and the filters as a tree: whether each part holds, the value it saw, where that stands in the
raw line (UTF-16 units from 0), and for an event that does not match the nearest lines that failed. In Chinese where LANG says so.
Exit code 0: matches · 1: does not (of several rules: none does) · 2: could not be done, or depends on fields that the key may not see.`,
  options: {
    rule: { type: 'string' },
    event: { type: 'string' },
    line: { type: 'string' },
    place: { type: 'string' },
    lists: { type: 'string' },
    key: { type: 'string' },
    json: { type: 'boolean' },
  },
  positionals: false,
  async run(args, shell) {
    const named = await namedRules([required(args, 'rule')], args, shell)
    printProblems(
      named.problems.filter((p) => p.severity === 'error'),
      shell.stderr,
    )
    const { view, original, hidden } = await readEvent(args, shell)
    const options = { original, hidden, budget: Number.POSITIVE_INFINITY }
    const explanations = [
      ...named.rules.map((r) => explainRule(r, view, options)),
      ...named.correlations.map((c) => explainCorrelation(c, c.bases, view, options)),
    ]
    const print = { language: languageOf(shell), original }
    shell.stdout.write(
      args.values.json === true
        ? explanations.map((e) => `${JSON.stringify(e)}\n`).join('')
        : explanations.map((e) => printExplanation(e, print)).join('\n'),
    )
    const results = explanations.map((e) => e.matches)
    return results.includes(true) ? 0 : results.length === 0 || results.includes(undefined) ? 2 : 1
  },
}
