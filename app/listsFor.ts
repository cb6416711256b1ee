import { loadLists, OWN_LISTS } from '../detection/index.ts'
import type { Arguments, Shell } from './command.ts'
import { printProblems } from './printProblems.ts'

/** Our own lists for placeholders and those of `--lists`; problems go to standard error. */
export function listsFor(args: Arguments, { stderr }: Shell) {
  const given = args.values.lists
  const { lists, problems } = loadLists(typeof given === 'string' ? [OWN_LISTS, given] : [OWN_LISTS])
  printProblems(problems, stderr)
  return lists
}
