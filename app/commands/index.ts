import type { Command } from '../command.ts'
import { accountCreate } from './accountCreate.ts'
import { auditVerify } from './auditVerify.ts'
import { config } from './config.ts'
import { keyCreate } from './keyCreate.ts'

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [config, keyCreate, accountCreate, auditVerify]
