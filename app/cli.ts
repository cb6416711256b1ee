import { type ParseArgsOptionsConfig, parseArgs } from 'node:util'
import { AppError } from '../core/errors.ts'
import type { Command, Shell } from './command.ts'
import { COMMANDS, type NamedCommand } from './commands/index.ts'

const EXIT_CODES = `Exit codes: 0 done · 1 done, problems found · 2 could not be done (arguments, files, configuration)`

/** The command line: finds the command, reads its arguments, answers the exit code. */
export async function main(argv: readonly string[], shell: Shell = processShell()): Promise<number> {
  const command = await find(argv)?.load()
  if (command === undefined) {
    const asked = ['--help', '-h', 'help'].includes(argv[0] ?? '')
    const stream = asked ? shell.stdout : shell.stderr
    const commands = overview(await Promise.all(COMMANDS.map((c) => c.load())))
    stream.write(asked || argv.length === 0 ? commands : `suidun: no command "${argv.join(' ')}"\n\n${commands}`)
    return asked ? 0 : 2
  }
  const rest = argv.slice(command.name.split(' ').length)
  try {
    const options: ParseArgsOptionsConfig = { ...command.options, help: { type: 'boolean', short: 'h' } }
    const args = parseArgs({ args: [...rest], options, allowPositionals: command.positionals, strict: true })
    if (args.values.help === true) {
      shell.stdout.write(`${command.summary}\n\n${command.usage}\n\n${EXIT_CODES}\n`)
      return 0
    }
    return await command.run({ values: args.values, positionals: args.positionals }, shell)
  } catch (e) {
    return failure(e, command, shell)
  }
}

function failure(e: unknown, command: Command, shell: Shell): number {
  if (e instanceof AppError) {
    const at = e.place === undefined ? '' : `${e.place.file ?? ''}:${e.place.line}:${e.place.column} `
    shell.stderr.write(`suidun ${command.name}: ${at}${e.message} (${e.code})\n`)
    return 2
  }
  if (e instanceof TypeError && String((e as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS')) {
    shell.stderr.write(`suidun ${command.name}: ${e.message}\n\n${command.usage}\n`)
    return 2
  }
  shell.stderr.write(`suidun ${command.name}: ${e instanceof Error ? (e.stack ?? e.message) : String(e)}\n`)
  return 2
}

function find(argv: readonly string[]): NamedCommand | undefined {
  return COMMANDS.find((c) => c.name.split(' ').every((word, i) => argv[i] === word))
}

function overview(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((c) => c.name.length))
  const rows = commands.map((c) => `  ${c.name.padEnd(width)}  ${c.summary}`).join('\n')
  return `Suidun 穗盾: security operations and classified protection\n\nUsage: npx suidun COMMAND [OPTIONS]   (--help with any command)\n\n${rows}\n\n${EXIT_CODES}\n`
}

function processShell(): Shell {
  const { promise: stopped, resolve } = Promise.withResolvers<void>()
  for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(s, () => resolve())
  // A reader that went away (`| head`) ends us quietly.
  process.stdout.on('error', (e: NodeJS.ErrnoException) => process.exit(e.code === 'EPIPE' ? 0 : 2))
  if (process.channel !== undefined && process.channel !== null) {
    process.channel.unref()
    process.once('disconnect', () => resolve())
  }
  return {
    // Made when it is asked for: who reads the descriptor must be the only one.
    get stdin() {
      return process.stdin
    },
    stdinDescriptor: 0,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    clock: Date.now,
    stopped,
  }
}
