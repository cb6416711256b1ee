import { isScalar, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import type { Subject } from '../core/access.ts'
import { type Problem, problem } from '../core/errors.ts'
import { ACTIONS, POLICY_FIELDS, SUBJECTS, VARIABLES, WITH_DATASETS } from './vocabulary.ts'

const oneOrMore = <T extends z.ZodType>(of: T) =>
  z.union([of, z.array(of).min(1)]).transform((v) => [v].flat() as z.output<T>[])
const test = z.union([z.string().regex(/^[^$]/), z.strictObject({ in: z.enum(VARIABLES) })])

const RULE = z.strictObject({
  action: oneOrMore(z.enum(ACTIONS)),
  subject: oneOrMore(z.enum(SUBJECTS as [Subject, ...Subject[]])),
  where: z.union([z.literal('everything'), z.record(z.string(), test)]),
  important: z.enum(['masked', 'closed']).optional(),
})

const PAGES = [
  'incidents',
  'events',
  'findings',
  'systems',
  'audit',
  'accounts',
  'keys',
  'rules',
  'collectors',
] as const

const ROLE = z.strictObject({ role: z.string(), pages: z.array(z.enum(PAGES)), can: z.array(RULE) })

/** One role as its file says it: the pages of its menu and what it may do; everything else it may not. */
export type RolePolicy = z.output<typeof ROLE>
export type PolicyRule = z.output<typeof RULE>

/**
 * Reads one file of `policies/roles/`. Rules only grant: there is no way to say "cannot", since a refusal on a field that
 * a document lacks would grant. Goes on after a problem, to tell of all of them with file, line and column.
 */
export function readRole(text: string, file: string): { value: RolePolicy | undefined; problems: readonly Problem[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const problems: Problem[] = []
  const add = (at: number, what: string) => {
    const { line, col } = lines.linePos(at)
    problems.push(problem('ACC-009', { problem: what }, { file, line: Math.max(line, 1), column: Math.max(col, 1) }))
  }
  const place = (path: readonly PropertyKey[]): number => {
    for (let n = path.length; n > 0; n--) {
      const node = document.getIn(path.slice(0, n), true) as { range?: [number, number, number] | null } | undefined
      if (node?.range) return node.range[0]
    }
    return 0
  }
  for (const e of document.errors) add(e.pos[0], e.message.split('\n')[0]!)
  if (problems.length > 0) return { value: undefined, problems }
  const parsed = ROLE.safeParse(document.toJS({ maxAliasCount: 0 }))
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const node = document.getIn(issue.path, true)
      const seen = isScalar(node) ? ` (found "${String(node.value)}")` : ''
      add(place(issue.path), `${issue.path.join('.') || 'file'}: ${issue.message}${seen}`)
    }
    return { value: undefined, problems }
  }
  for (const [i, rule] of parsed.data.can.entries())
    checkRule(rule, (what, ...path) => add(place(['can', i, ...path]), what))
  return { value: problems.length === 0 ? parsed.data : undefined, problems }
}

function checkRule(rule: PolicyRule, add: (what: string, ...path: string[]) => void): void {
  for (const subject of rule.subject) {
    const withDatasets = (WITH_DATASETS as readonly Subject[]).includes(subject)
    const needs = withDatasets && rule.action.includes('read')
    if (needs && rule.important === undefined)
      add(`reading ${subject}s must say what becomes of important data: "important: masked" or "closed"`, 'subject')
    if (!withDatasets && rule.important !== undefined) add(`"important" means nothing for ${subject}`, 'important')
    if (rule.where === 'everything') continue
    if (Object.keys(rule.where).length === 0) add('"where" is empty; write "everything" if that is meant', 'where')
    for (const field of Object.keys(rule.where)) {
      if (!POLICY_FIELDS[subject].includes(field))
        add(
          `${subject} has no field "${field}" for policies (${POLICY_FIELDS[subject].join(', ') || 'none'})`,
          'where',
          field,
        )
    }
  }
}
