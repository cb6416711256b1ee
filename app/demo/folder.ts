import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { readRunFile } from '../runFile.ts'

const MARK = 'demo.json'

/**
 * Empties the demo's data folder and marks it as one. A folder with content that is no demo's is refused, and so is one
 * that a server runs on.
 */
export function freshDemoFolder(path: string): void {
  const running = readRunFile(path)
  if (running !== undefined) throw new AppError('CFG-003', { path, pid: running.pid })
  const content = existsSync(path) ? readdirSync(path) : []
  if (content.length > 0 && !content.includes(MARK))
    throw new AppError('CFG-005', {
      problem: `${path} holds data that is no demo's; choose another folder by SUIDUN_DATA`,
    })
  for (const name of content) rmSync(join(path, name), { recursive: true, force: true })
  mkdirSync(path, { recursive: true, mode: 0o700 })
  writeFileSync(join(path, MARK), `${JSON.stringify({ demo: true })}\n`)
}
