import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { AppError } from '../../core/errors.ts'

/** Which process, also where ids come round again (in a container every server is process 1). */
interface Owner {
  readonly pid: number
  /** Start of that process as the kernel tells it; empty where it does not. */
  readonly born: string
}

/**
 * Takes a folder for this process alone, by a file with its process id: a second DuckDB instance on the same file in one
 * process, worker threads included, opens without an error and loses rows. A lock of a dead process is taken over.
 * CFG-003 where a living one holds it. Returns what gives it back.
 */
export function takeLock(path: string, folder: string): () => void {
  const mine: Owner = { pid: process.pid, born: bornOf(process.pid) ?? '' }
  const text = JSON.stringify(mine)
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(path, 'wx')
      writeSync(file, text)
      closeSync(file)
      return () => {
        if (readOwner(path)?.pid === mine.pid) rmSync(path, { force: true })
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || attempt > 2) throw error
    }
    const owner = readOwner(path)
    if (owner !== undefined && isAlive(owner)) throw new AppError('CFG-003', { path: folder, pid: owner.pid })
    rmSync(path, { force: true })
  }
}

function readOwner(path: string): Owner | undefined {
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as Partial<Owner>
    return Number.isInteger(found.pid) ? { pid: found.pid!, born: String(found.born ?? '') } : undefined
  } catch {
    return undefined
  }
}

function isAlive(owner: Owner): boolean {
  const born = bornOf(owner.pid)
  if (born !== undefined && owner.born !== '') return born === owner.born
  try {
    process.kill(owner.pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Ticks from boot to the start of a process, and the boot's id (Linux); undefined where there is no such process. */
function bornOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return undefined
  }
}
