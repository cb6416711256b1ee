import { canonicalJson, sha256hex } from '../../core/canonical.ts'
import { AppError } from '../../core/errors.ts'
import { type AuditAction, type AuditDraft, ROOT_UNIT } from '../../core/model/index.ts'
import { by, demandRule, entry, type RuleContext } from './context.ts'
import { type ImportedFile, type ImportedFiles, MANIFEST, readManifest } from './manifest.ts'

/** A file of rules as it comes in: a clean name (`cleanName`) and its text. */
export interface NewRuleFile {
  readonly name: string
  readonly text: string
}

export interface ImportCounts {
  readonly files: number
  readonly added: number
  readonly changed: number
  readonly unchanged: number
}

/** Files of one installation, and their characters: all are read again whenever rules change. */
const MOST_FILES = 20_000
const MOST_CHARACTERS = 128 << 20
/** Files that an audit entry names. */
const MOST_NAMED = 20
/** Puts under way at once. */
const WIDTH = 100

/**
 * Imports files, each in the place of one of the same name. All of them count or none does, with one entry in the audit
 * log: the texts are written first, under ids of their own that change nothing, then one document says which count.
 * Whoever imports what is there already changes nothing.
 */
export async function importFiles(ctx: RuleContext, files: readonly NewRuleFile[]): Promise<ImportCounts> {
  demandRule(ctx, 'import')
  if (files.length === 0) throw new AppError('SIG-082')
  const incoming = new Map<string, ImportedFile>()
  for (const [i, { name, text }] of files.entries()) {
    // Digests of megabytes: others get their turn in between.
    if (i % 100 === 99) await new Promise((done) => setImmediate(done))
    if (incoming.has(name)) throw new AppError('SIG-083', { name, problem: 'it stands there twice' })
    incoming.set(name, { id: fileId(name, text), size: text.length })
  }
  together((await readManifest(ctx.docs)).files, incoming)
  await putTexts(ctx, files, incoming)
  for (let tries = 0; ; tries++) {
    const stored = await readManifest(ctx.docs)
    const added = files.filter((f) => stored.files[f.name] === undefined).length
    const unchanged = files.filter((f) => stored.files[f.name]?.id === incoming.get(f.name)!.id).length
    const counts = { files: files.length, added, changed: files.length - added - unchanged, unchanged }
    if (unchanged === files.length) return counts
    try {
      const now = together(stored.files, incoming)
      const names = [...incoming.keys()].filter((name) => stored.files[name]?.id !== now[name]?.id)
      await putManifest(ctx, stored.version, now, 'rules.imported', {
        before: { texts: textsOf(stored.files, names) },
        after: {
          digest: `sha-256:${sha256hex(canonicalJson([...incoming].map(([name, { id }]) => [name, id]).sort()))}`,
          ...counts,
          texts: textsOf(now, names),
        },
      })
      return counts
    } catch (e) {
      // Somebody else imported meanwhile: what counts now is looked at again.
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 9) throw e
    }
  }
}

/** What is imported with what comes in; SIG-081 where that is more than one installation may hold. */
function together(known: ImportedFiles, incoming: ReadonlyMap<string, ImportedFile>): ImportedFiles {
  const all: ImportedFiles = { ...known, ...Object.fromEntries(incoming) }
  if (Object.keys(all).length > MOST_FILES)
    throw new AppError('SIG-081', { problem: `at most ${MOST_FILES} imported files in all` })
  if (Object.values(all).reduce((sum, f) => sum + f.size, 0) > MOST_CHARACTERS)
    throw new AppError('SIG-081', { problem: `at most ${MOST_CHARACTERS >> 20} million characters in all` })
  return all
}

/** Takes an imported file away, or all below a folder (`windows/`). False where there is none. */
export async function removeRuleFile(ctx: RuleContext, name: string): Promise<boolean> {
  demandRule(ctx, 'import')
  for (let tries = 0; ; tries++) {
    const stored = await readManifest(ctx.docs)
    const all = Object.entries(stored.files)
    const left = all.filter(([n]) => n !== name && !(name.endsWith('/') && n.startsWith(name)))
    if (left.length === all.length) return false
    try {
      const kept = new Set(left.map(([n]) => n))
      const gone = all.map(([n]) => n).filter((n) => !kept.has(n))
      await putManifest(ctx, stored.version, Object.fromEntries(left), 'rules.removed', {
        before: { texts: textsOf(stored.files, gone) },
        after: { name, files: gone.length },
      })
      return true
    } catch (e) {
      if (!(e instanceof AppError) || e.code !== 'DOC-409' || tries >= 9) throw e
    }
  }
}

/** The texts that count under the first of these names, by the ids of their documents, for the audit log. */
function textsOf(files: ImportedFiles, names: readonly string[]): Readonly<Record<string, string>> {
  const shown = names.slice(0, MOST_NAMED).flatMap((name) => {
    const file = Object.hasOwn(files, name) ? files[name] : undefined
    return file === undefined ? [] : [[name, file.id] as const]
  })
  return Object.fromEntries(shown)
}

/** The id of a text under that name: another text, another id. */
function fileId(name: string, text: string): string {
  return sha256hex(canonicalJson(['ruleFile', name, text])).slice(0, 32)
}

async function putTexts(
  ctx: RuleContext,
  files: readonly NewRuleFile[],
  incoming: ReadonlyMap<string, ImportedFile>,
): Promise<void> {
  const { files: known } = await readManifest(ctx.docs)
  const at = new Date(ctx.clock()).toISOString()
  const fresh = files.filter((f) => known[f.name]?.id !== incoming.get(f.name)!.id)
  let next = 0
  const workers = Array.from({ length: Math.min(WIDTH, fresh.length) }, async () => {
    for (let file = fresh[next++]; file !== undefined; file = fresh[next++]) {
      const { name, text } = file
      const digest = `sha-256:${sha256hex(text)}`
      const doc = { kind: 'ruleFile', name, text, digest, unitId: ROOT_UNIT, at, by: by(ctx) } as const
      await ctx.docs.put('ruleFile', incoming.get(name)!.id, doc, { version: 0 }).catch((e: unknown) => {
        // It is there from an import before, perhaps one that was cut off.
        if (!(e instanceof AppError) || e.code !== 'DOC-409') throw e
      })
    }
  })
  await Promise.all(workers)
}

async function putManifest(
  ctx: RuleContext,
  version: number,
  files: ImportedFiles,
  action: AuditAction,
  said: Pick<AuditDraft, 'before' | 'after'>,
): Promise<void> {
  const at = new Date(ctx.clock()).toISOString()
  const audit = entry(ctx, at, { action, target: { kind: 'rule', id: MANIFEST }, unitId: ROOT_UNIT, ...said })
  await ctx.docs.put('setting', MANIFEST, { value: files }, { version, audit })
}
