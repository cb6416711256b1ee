import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Programs of others that tests use are kept here, outside the checkout. */
const CACHE = process.env.SUIDUN_TEST_CACHE ?? join(homedir(), '.cache', 'suidun-test')

/** Whether this machine has a program of others. Where not, what needs it is skipped, loudly; with CI=true that is an error. */
export function hasProgram(name: string): boolean {
  if (spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined) return true
  if (process.env.CI === 'true') throw new Error(`${name} is not installed`)
  console.warn(`SKIPPED: what needs the program ${name}: it is not installed`)
  return false
}

/**
 * Debian packages unpacked into a folder of their own, without installing them; its path. Undefined, loudly, where they
 * cannot be had; with CI=true that is an error.
 */
export function debianPackages(name: string, packages: readonly string[]): Promise<string | undefined> {
  return cached(name, async (folder) => {
    const downloads = join(folder, 'packages')
    mkdirSync(downloads)
    const download = () => run('apt-get', ['download', '-q', ...packages], { cwd: downloads })
    await download().catch(async () => {
      await run('apt-get', ['update', '-q'])
      await download()
    })
    for (const file of readdirSync(downloads)) await run('dpkg', ['-x', join(downloads, file), folder])
    rmSync(downloads, { recursive: true })
  })
}

/** A Python with these packages of PyPI; the path of its interpreter. Undefined like `debianPackages`. */
export async function pythonPackages(name: string, packages: readonly string[]): Promise<string | undefined> {
  const folder = await cached(name, async (to) => {
    await run('python3', [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      '--target',
      to,
      ...packages,
    ])
  })
  return folder
}

async function cached(name: string, fill: (folder: string) => Promise<void>): Promise<string | undefined> {
  const folder = join(CACHE, name)
  if (existsSync(folder)) return folder
  mkdirSync(CACHE, { recursive: true })
  const temporary = mkdtempSync(join(CACHE, `${name}-`))
  try {
    await fill(temporary)
    renameSync(temporary, folder)
    return folder
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    const why = (error as { stderr?: string }).stderr?.trim() || (error as Error).message
    if (process.env.CI === 'true') throw new Error(`${name} cannot be had: ${why}`)
    console.warn(`SKIPPED: what needs ${name}: ${why}`)
    return undefined
  }
}
