import { openDocuments } from '../../store/index.ts'
import { draft, unit } from '../support/documents.ts'

/**
 * A process that writes documents `<name>-<n>` with an audit entry each, `parallel` at a time, and says on stdout which
 * puts were resolved, until it is killed or has written `count`. Arguments: path, name, parallel, count.
 */
const [path, name, parallel, count] = process.argv.slice(2) as [string, string, string, string]
const docs = await openDocuments({ path })
let n = 0
async function write(): Promise<void> {
  while (n < Number(count)) {
    const id = `${name}-${n++}`
    const { version } = await docs.put('unit', id, unit(id), { version: 0, audit: draft('unit.created', id) })
    process.stdout.write(`${id} ${version} ${await docs.next('numbers')}\n`)
  }
}
await Promise.all(Array.from({ length: Number(parallel) }, write))
await docs.close()
