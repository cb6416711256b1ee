import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pack, { inflate } from '@sparticuz/chromium'

// Run with TMPDIR set to the folder that shall hold the browser. The second archive has libraries that minimal systems lack.
const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
await pack.executablePath()
await inflate(join(dirname(entry), '..', 'bin', 'al2023.tar.br'))
