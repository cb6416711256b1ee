import { createAuditReader } from '../../collectors/index.ts'
import { loadPipelines, matchFile, OWN_PIPELINES } from '../../detection/index.ts'
import type { Command } from '../command.ts'
import { listsFor } from '../listsFor.ts'
import { required } from '../options.ts'
import { expectShortRun } from '../shortRun.ts'

export const match: Command = {
  name: 'match',
  summary: 'matches a file of events against a folder of Sigma rules, without a server',
  usage: `npx suidun match --rules DIR --events FILE|- [--lists DIR]

Reads events in JSON: one a line, over several lines, in a list. Prints {"line": n, "rules": [ids]} per event that matches, n the
line on which it begins (of several in a line each with its place, "event": m), at the end per correlation that fired
{"correlation": id, "group": {…}, "from": t, "to": t, "lines": […]}, a summary on stderr. Exit code 2 where DIR or FILE cannot be
read, no rule loads or there is no event; 130 where it was interrupted: what was found until then is printed. Placeholders of rules (%name% with "expand") stand for the lists in the YAML files of --lists
DIR: a map from name to values. Records of the Linux audit system, as auditd writes them or as JSON with "type" and "msg",
are joined by event: {"line": n, "lines": […], "rules": […]}.`,
  options: { rules: { type: 'string' }, events: { type: 'string' }, lists: { type: 'string' } },
  positionals: false,
  async run(args, shell) {
    expectShortRun()
    const { pipelines } = loadPipelines(OWN_PIPELINES)
    const { stdout, stderr } = shell
    return matchFile({
      rules: [required(args, 'rules')],
      events: required(args, 'events'),
      pipelines,
      lists: listsFor(args, shell),
      parts: createAuditReader(),
      stopped: shell.stopped,
      stdin: shell.stdinDescriptor ?? shell.stdin,
      stdout,
      stderr,
    })
  },
}
