import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { strToU8, zipSync } from 'fflate'
import { pack } from 'tar-stream'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../core/errors.ts'
import { ARCHIVE_LIMITS, cleanName, readArchive } from '../../detection/index.ts'

const RULE = 'title: One\nid: 5a0f8f0e-1c53-4a54-9a5e-3d1c0a7d9b11\n'

interface Entry {
  readonly name: string
  readonly text?: string | Uint8Array
  readonly type?: 'file' | 'symlink' | 'link' | 'directory' | 'fifo'
  readonly linkname?: string
}

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const out = pack()
  const parts: Buffer[] = []
  out.on('data', (d) => parts.push(d as Buffer))
  for (const { name, text = '', type = 'file', linkname } of entries)
    out.entry({ name, type, ...(linkname === undefined ? {} : { linkname }) }, Buffer.from(text as string))
  out.finalize()
  await once(out, 'end')
  return Buffer.concat(parts)
}

const zipOf = (files: Readonly<Record<string, string | Uint8Array>>) =>
  Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([n, t]) => [n, typeof t === 'string' ? strToU8(t) : t]))),
  )

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => undefined,
    (e: unknown) => e,
  )
  if (!(error instanceof AppError)) throw new Error(`not refused: ${String(error)}`)
  return `${error.code} ${Object.values(error.details).join(' ')}`
}

describe('an archive of rules', () => {
  const files = {
    'rules/a.yml': RULE,
    'rules/deep/b.yaml': 'title: 二\n',
    'README.md': 'no rule',
    '.github/x.yml': 'no',
  }
  const wanted = [
    { name: 'rules/a.yml', text: RULE },
    { name: 'rules/deep/b.yaml', text: 'title: 二\n' },
  ]

  test('may be a zip, a tar or a tar.gz, told by what stands in it; other files are counted', async () => {
    const tar = await tarOf(Object.entries(files).map(([name, text]) => ({ name, text })))
    for (const bytes of [zipOf(files), tar, gzipSync(tar)])
      expect(await readArchive(bytes, 'x')).toEqual({ files: wanted, ignored: 2 })
  })

  test('may be one file, which goes by the name it is sent with', async () => {
    expect(await readArchive(Buffer.from(RULE), 'mine.yml')).toEqual({
      files: [{ name: 'mine.yml', text: RULE }],
      ignored: 0,
    })
    expect(await readArchive(gzipSync(RULE), 'mine.yml')).toMatchObject({ files: [{ text: RULE }] })
  })

  test('holds names of any length in their own headers', async () => {
    const name = `${'d'.repeat(120)}/${'文'.repeat(40)}.yml`
    const tar = await tarOf([{ name, text: RULE }])
    expect((await readArchive(tar, 'x')).files).toEqual([{ name, text: RULE }])
  })

  test('names of a zip made by Windows in Chinese are read', async () => {
    // 规则.yml in GBK: the same length in the local header and in the directory.
    const gbk = Buffer.from([0xb9, 0xe6, 0xd4, 0xf2, 0x2e, 0x79, 0x6d, 0x6c])
    const zip = zipOf({ 'XXXX.yml': RULE })
    for (let at = zip.indexOf('XXXX.yml'); at >= 0; at = zip.indexOf('XXXX.yml', at + 1)) gbk.copy(zip, at)
    expect((await readArchive(zip, 'x')).files).toEqual([{ name: '规则.yml', text: RULE }])
  })
})

describe('a hostile archive', () => {
  test('that leads out of itself is refused as a whole', async () => {
    for (const name of [
      '../a.yml',
      'x/../../a.yml',
      '/etc/a.yml',
      'C:\\a.yml',
      '..\\a.yml',
      'x//a.yml',
      'a\u0007.yml',
    ]) {
      expect(await refusal(readArchive(zipOf({ 'good.yml': RULE, [name]: RULE }), 'x'))).toMatch(/^SIG-083/)
      expect(await refusal(readArchive(await tarOf([{ name, text: RULE }]), 'x'))).toMatch(/^SIG-083/)
    }
    expect(() => cleanName(`${'a'.repeat(400)}.yml`)).toThrow(/longer/)
    expect(await refusal(readArchive(Buffer.from(RULE), '../../etc/passwd'))).toMatch(/^SIG-083/)
  })

  test('with links and devices: they are passed over', async () => {
    const tar = await tarOf([
      { name: 'link.yml', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'hard.yml', type: 'link', linkname: 'good.yml' },
      { name: 'pipe.yml', type: 'fifo' },
      { name: 'good.yml', text: RULE },
    ])
    expect(await readArchive(tar, 'x')).toEqual({ files: [{ name: 'good.yml', text: RULE }], ignored: 3 })
    const zip = Buffer.from(
      zipSync({ 'link.yml': [strToU8('/etc/passwd'), { os: 3, attrs: 0o120777 << 16 }], 'good.yml': strToU8(RULE) }),
    )
    expect(await readArchive(zip, 'x')).toEqual({ files: [{ name: 'good.yml', text: RULE }], ignored: 1 })
  })

  test('with archives inside: they are not opened', async () => {
    const inner = zipOf({ 'inner.yml': RULE })
    expect(await readArchive(zipOf({ 'a.zip': inner, 'b.yml': RULE }), 'x')).toMatchObject({
      files: [{ name: 'b.yml' }],
      ignored: 1,
    })
  })

  test('that unpacks to far more than it says, or than is taken, is refused before it does', async () => {
    const big = new Uint8Array(ARCHIVE_LIMITS.file + 1).fill(0x20)
    expect(await refusal(readArchive(zipOf({ 'big.yml': big }), 'x'))).toMatch(/^SIG-081 big.yml is larger than 1 MiB/)
    expect(await refusal(readArchive(await tarOf([{ name: 'big.yml', text: big }]), 'x'))).toMatch(/^SIG-081 big.yml/)
    expect(await refusal(readArchive(gzipSync(Buffer.alloc(ARCHIVE_LIMITS.unpacked + 1)), 'x'))).toMatch(/^SIG-081/)
    // The directory says 10 bytes, the stream holds a million.
    const lying = zipOf({ 'lie.yml': new Uint8Array(1_000_000) })
    const central = lying.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
    lying.writeUInt32LE(10, central + 24)
    expect(await refusal(readArchive(lying, 'x'))).toBe('SIG-080 lie.yml is damaged')
    // Many entries that all show the same million bytes.
    const many: Record<string, Uint8Array> = {}
    const million = new Uint8Array(1_000_000)
    for (let i = 0; i < 140; i++) many[`${i}.yml`] = million
    expect(await refusal(readArchive(zipOf(many), 'x'))).toMatch(/^SIG-081 more than 128 MiB unpacked/)
  })

  test('with too many files is refused', async () => {
    const many = Object.fromEntries(Array.from({ length: ARCHIVE_LIMITS.files + 1 }, (_, i) => [`${i}.yml`, 'a: 1']))
    expect(await refusal(readArchive(zipOf(many), 'x'))).toBe(`SIG-081 more than ${ARCHIVE_LIMITS.files} rule files`)
  })

  test('that is damaged, encrypted or no text is refused in words, whatever is cut off', async () => {
    const zip = zipOf({ 'a.yml': RULE.repeat(50), 'b.yml': RULE })
    for (let cut = 0; cut < zip.length; cut += 7)
      expect(await refusal(readArchive(zip.subarray(0, zip.length - 1 - cut), '?'))).toMatch(/^SIG-08[03]/)
    const bad = Buffer.from(zip)
    bad[45]! ^= 0xff
    expect(await refusal(readArchive(bad, 'x'))).toMatch(/^SIG-080/)
    const encrypted = Buffer.from(zip)
    const central = encrypted.indexOf(Buffer.from('PK\x01\x02', 'latin1'))
    encrypted.writeUInt16LE(1, central + 8)
    expect(await refusal(readArchive(encrypted, 'x'))).toBe('SIG-080 a.yml is encrypted')
    const tar = await tarOf([{ name: 'a.yml', text: RULE }])
    expect(await refusal(readArchive(tar.subarray(0, 520), 'x'))).toMatch(/^SIG-080/)
    expect(await refusal(readArchive(gzipSync(tar).subarray(0, 60), 'x'))).toMatch(/^SIG-080/)
    expect(await refusal(readArchive(zipOf({ 'a.yml': new Uint8Array([0xff, 0xfe, 0x00]) }), 'x'))).toBe(
      'SIG-080 a.yml is not UTF-8',
    )
    expect(await refusal(readArchive(Buffer.from([0, 1, 2, 0xff]), 'a.yml'))).toMatch(/^SIG-080/)
  })
})
