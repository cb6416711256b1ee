import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { printConsoleTypes } from './consoleTypes.ts'

/** `npm run schema`: writes the console's types anew after a change of the schema. */
const target = join(import.meta.dirname, '../console/graphql/introspection.generated.d.ts')
mkdirSync(dirname(target), { recursive: true })
writeFileSync(target, printConsoleTypes())
