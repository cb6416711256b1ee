import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { AppError } from '../../core/errors.ts'
import type { Clock } from '../../core/ports.ts'
import type { Tell } from '../../core/telemetry.ts'

export interface InstanceOptions {
  /** Folder of the database; created if absent. */
  readonly folder: string
  /** Folders that may be read from beside it: the spool's. */
  readonly readable: readonly string[]
  /** MiB that DuckDB may use before it spills to disk. */
  readonly memory: number
  readonly threads: number
  readonly clock: Clock
  readonly tell: Tell
}

/**
 * Opens the database file and locks its settings: no file outside the given folders can be read or written, nothing can
 * be attached, installed or set. A write-ahead log that cannot be read back is set aside (and told): what it held is
 * replayed from the spool, whose segments are kept until a checkpoint.
 */
export async function openInstance(options: InstanceOptions): Promise<DuckDBInstance> {
  const folder = resolve(options.folder)
  mkdirSync(join(folder, 'tmp'), { recursive: true })
  const path = join(folder, 'events.duckdb')
  const instance = await create(path, options)
  const folders = [folder, ...options.readable.map((f) => resolve(f))].map((f) => `${f}/`)
  const connection = await instance.connect()
  for (const statement of [
    `SET allowed_directories = [${folders.map(literal).join(', ')}]`,
    `SET enable_external_access = false`,
    `SET lock_configuration = true`,
  ])
    await connection.run(statement)
  connection.closeSync()
  return instance
}

async function create(path: string, options: InstanceOptions): Promise<DuckDBInstance> {
  const config = {
    threads: String(options.threads),
    memory_limit: `${options.memory}MiB`,
    temp_directory: join(resolve(options.folder), 'tmp'),
    max_temp_directory_size: '20GiB',
    // Checkpoints are ours: one rewrites the last row group, so one per 16 MB (the default) costs half of the load rate.
    wal_autocheckpoint: '1GiB',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  }
  try {
    return await DuckDBInstance.create(path, config)
  } catch (error) {
    const wal = `${path}.wal`
    const problem = (error as Error).message
    const held = /PID ([0-9]+)/.exec(problem)
    if (held !== null) throw new AppError('CFG-003', { path: options.folder, pid: held[1]! })
    if (!existsSync(wal) || !/WAL|replay|deserializ|checksum/i.test(problem))
      throw new AppError('STO-500', { problem: `${path} cannot be opened: ${problem}` })
    const aside = `${wal}.damaged-${options.clock()}`
    renameSync(wal, aside)
    options.tell('wal_set_aside', { path: aside, problem })
    return await DuckDBInstance.create(path, config)
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
