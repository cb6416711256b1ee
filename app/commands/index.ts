import type { Command } from '../command.ts'
import { accountCreate } from './accountCreate.ts'
import { auditVerify } from './auditVerify.ts'
import { config } from './config.ts'
import { inventoryApply } from './inventoryApply.ts'
import { keyCreate } from './keyCreate.ts'

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [config, keyCreate, accountCreate, inventoryApply, auditVerify]
