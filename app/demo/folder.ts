import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import { isOfHome } from '../home.ts'
import { readRunFile } from '../runFile.ts'

const MARK = 'demo.json'
const MARKED = `${JSON.stringify({ demo: true })}\n`

/**
 * Empties the demo's data folder and marks it as one. Refused, and left as it was, is a folder with content that lacks
 * the mark or holds anything beside it that no server makes, and one that a server runs on.
 */
export function freshDemoFolder(path: string): void {
  if (existsSync(path) && !statSync(path).isDirectory()) throw new AppError('CFG-002', { path })
  const running = readRunFile(path)
  if (running !== undefined) throw new AppError('CFG-003', { path, pid: running.pid })
  const content = existsSync(path) ? readdirSync(path) : []
  if (content.length > 0 && !isMarked(path)) throw refused(`${path} holds data that is no demo's`)
  const foreign = content.filter((name) => name !== MARK && !isOfHome(name))
  if (foreign.length > 0) throw refused(`${path} holds beside a demo's data: ${foreign.join(', ')}`)
  // The mark stays: a start that ends in between leaves a demo's folder.
  for (const name of content) if (name !== MARK) rmSync(join(path, name), { recursive: true, force: true })
  if (content.length > 0) return
  mkdirSync(path, { recursive: true, mode: 0o700 })
  writeFileSync(join(path, MARK), MARKED)
}

function isMarked(path: string): boolean {
  const mark = join(path, MARK)
  return existsSync(mark) && statSync(mark).isFile() && readFileSync(mark, 'utf8') === MARKED
}

const refused = (what: string) => new AppError('CFG-005', { problem: `${what}; choose another folder by SUIDUN_DATA` })
