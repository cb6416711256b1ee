import type { Command } from '../command.ts'
import { accountCreate } from './accountCreate.ts'
import { auditVerify } from './auditVerify.ts'
import { check } from './check.ts'
import { compile } from './compile.ts'
import { config } from './config.ts'
import { demo } from './demo.ts'
import { explain } from './explain.ts'
import { inventoryApply } from './inventoryApply.ts'
import { keyCreate } from './keyCreate.ts'
import { match } from './match.ts'
import { schema } from './schema.ts'
import { serve } from './serve.ts'

/** Every command, in the order of `--help`. */
export const COMMANDS: readonly Command[] = [
  serve,
  demo,
  match,
  check,
  explain,
  compile,
  config,
  schema,
  keyCreate,
  accountCreate,
  inventoryApply,
  auditVerify,
]
