import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium, type Page } from 'playwright-core'

const require = createRequire(import.meta.url)

/** The folder of an installed package: where its entry lies, then up to its own package.json. */
function folderOf(name: string): string {
  let at = dirname(require.resolve(name))
  while (!existsSync(join(at, 'package.json'))) at = dirname(at)
  return at
}

/**
 * A real browser that needs nothing of the machine: on Linux x64 it comes from npm with its own libraries and fonts.
 * Elsewhere an installed Chrome is used.
 */
export async function openBrowser(): Promise<Browser> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    try {
      return await chromium.launch({ channel: 'chrome' })
    } catch (error) {
      throw new Error('browser tests need Linux x64, or an installed Google Chrome', { cause: error })
    }
  }
  const home = await unpacked()
  return chromium.launch({
    executablePath: join(home, 'chromium'),
    // The tests' own pages only; in a container the browser's sandbox cannot start.
    chromiumSandbox: false,
    // Never the package's own list of arguments: it switches off what content security and CSRF tests are about.
    args: ['--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...(process.env as Record<string, string>),
      LD_LIBRARY_PATH: [join(home, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH ?? '']
        .filter((p) => p !== '')
        .join(':'),
      FONTCONFIG_PATH: home,
      FONTCONFIG_FILE: join(home, 'fonts.conf'),
    },
  })
}

const run = promisify(execFile)

/**
 * Unpacks the browser once a machine. It goes to a folder named after its version, since the package takes any browser
 * that stands in its temporary folder, and is moved into place as a whole, since several tests may start at once.
 */
async function unpacked(): Promise<string> {
  const root = folderOf('@sparticuz/chromium')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const home = join(tmpdir(), `suidun-browser-${version}`)
  if (existsSync(join(home, 'fonts.conf'))) return home

  const draft = `${home}.${process.pid}`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft)
  // By a process of its own: the package unpacks to the temporary folder of its process; ours must stay where it is for whoever else asks for it.
  await run(process.execPath, [join(import.meta.dirname, 'unpackBrowser.ts')], {
    env: { ...process.env, TMPDIR: draft },
  })
  const chinese = join(folderOf('@embedpdf/fonts-sc'), 'fonts')
  writeFileSync(
    join(draft, 'fonts.conf'),
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(home, 'fonts', 'fonts')}</dir>
  <dir>${chinese}</dir>
  <cachedir>${join(home, 'cache')}</cachedir>
</fontconfig>
`,
  )
  try {
    renameSync(draft, home)
  } catch {
    // Another test was faster.
    rmSync(draft, { recursive: true, force: true })
  }
  return home
}

/** What axe finds wrong on a page: each rule with the elements that break it. */
export async function violations(page: Page): Promise<readonly string[]> {
  const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
  // The page's policy forbids foreign scripts; evaluation by the test is not the page's.
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const { axe: tool } = globalThis as unknown as {
      axe: {
        run: (
          context: Document,
          options: object,
        ) => Promise<{
          violations: { id: string; help: string; nodes: { target: string[]; failureSummary: string }[] }[]
        }>
      }
    }
    const { violations } = await tool.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    })
    return violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id} (${v.help}): ${n.target.join(' ')}: ${n.failureSummary.replace(/\s+/g, ' ')}`),
    )
  })
}
