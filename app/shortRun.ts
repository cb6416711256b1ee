import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

/** So many calls of a function are waited for before V8's slow compiler makes the best of it: ten times as many as usual. */
const CALLS = 100_000

/**
 * For a command that reads rules and is mostly over in seconds; called when its modules are loaded. What V8's quick compiler
 * makes of a function is nearly as good, and the slow one would take a good part of all processor time.
 */
export function expectShortRun(): void {
  // What is kept of compiled modules is of use only where V8 is told the same as when it was compiled.
  flushCompileCache()
  setFlagsFromString(`--invocation-count-for-turbofan=${CALLS}`)
}
