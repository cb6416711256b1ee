import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { load } from 'js-yaml'
import { type LoadedConfig, loadConfig } from '../core/config.ts'
import { AppError } from '../core/errors.ts'
import type { Shell } from './command.ts'

/** Reads `suidun.yaml` of the current folder (or `SUIDUN_CONFIG`) if it is there, and the environment over it. */
export function readConfig(shell: Shell): LoadedConfig {
  const named = shell.env.SUIDUN_CONFIG
  const path = resolve(shell.cwd, named ?? 'suidun.yaml')
  if (!existsSync(path)) {
    if (named !== undefined) throw new AppError('CFG-002', { path: named })
    return loadConfig(undefined, shell.env)
  }
  let content: unknown
  try {
    content = load(readFileSync(path, 'utf8'))
  } catch (e) {
    const mark = (e as { mark?: { line: number; column: number } }).mark
    const place = mark === undefined ? undefined : { file: path, line: mark.line + 1, column: mark.column + 1 }
    throw new AppError('CFG-001', { problem: (e as Error).message.split('\n')[0] ?? 'not YAML' }, place)
  }
  return loadConfig(content, shell.env)
}
