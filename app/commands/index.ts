import type { Command } from '../command.ts'
import { config } from './config.ts'

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [config]
