import type { Readable, Writable } from 'node:stream'
import type { ParseArgsOptionsConfig } from 'node:util'

/** What a command may touch of the outside. */
export interface Shell {
  readonly stdin: Readable
  /** For who reads much: the descriptor of `stdin`, to be read in its place. */
  readonly stdinDescriptor?: number
  readonly stdout: Writable
  readonly stderr: Writable
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly clock: () => number
  /** Resolves when the process is asked to stop (SIGINT, SIGTERM, or its launcher is gone). */
  readonly stopped: Promise<void>
}

export interface Arguments {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>
  readonly positionals: readonly string[]
}

/** One command of the command line. */
export interface Command {
  /** Words after `suidun`, e.g. `key create`. */
  readonly name: string
  readonly summary: string
  /** Usage lines and options for `--help`. */
  readonly usage: string
  readonly options: ParseArgsOptionsConfig
  readonly positionals: boolean
  /** Answers the exit code: 0 done · 1 done, with problems found · 2 could not be done (arguments, files, configuration). */
  run(args: Arguments, shell: Shell): Promise<number>
}
