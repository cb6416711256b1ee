import { readdirSync, readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import { z } from 'zod'

const FOLDER = new URL('../mappings/', import.meta.url)

const value = z.union([z.string(), z.array(z.string())])

const textMapping = z.strictObject({
  apps: z.array(z.string()).default([]),
  starts: z.array(z.string()).default([]),
  dataset: z.string(),
  bare: z.boolean().default(false),
  unwrap: z.array(z.string()).default([]),
  patterns: z.array(z.strictObject({ text: value, set: z.record(z.string(), value) })),
})

const auditMapping = z.strictObject({
  dataset: z.string(),
  recognise: z.strictObject({ all: z.array(z.string()), any: z.array(z.string()) }),
  keys: z.record(z.string(), z.string()),
  outcome: z.strictObject({ success: z.array(z.string()), failure: z.array(z.string()) }),
  category: z.record(z.string(), z.array(z.string())),
})

const jsonMapping = z.strictObject({
  time: z.array(z.string()),
  host: z.array(z.string()),
  message: z.array(z.string()),
  app: z.array(z.string()),
})

const webMapping = z.strictObject({ nginx: z.array(z.string()), apache: z.array(z.string()) })

export type TextMapping = z.infer<typeof textMapping>
export type AuditMapping = z.infer<typeof auditMapping>
type JsonMapping = z.infer<typeof jsonMapping>
export type WebMapping = z.infer<typeof webMapping>

export interface Mappings {
  readonly texts: readonly TextMapping[]
  readonly audit: AuditMapping
  readonly json: JsonMapping
  readonly web: WebMapping
}

let loaded: Mappings | undefined

/**
 * Every mapping of `collectors/mappings/`, read once: they are part of the program. Throws Error naming the file where one
 * cannot be read.
 */
export function loadMappings(): Mappings {
  loaded ??= readAll()
  return loaded
}

function readAll(): Mappings {
  const special = ['application-audit.yaml', 'json.yaml', 'web-servers.yaml']
  const texts = readdirSync(FOLDER)
    .filter((f) => f.endsWith('.yaml') && !special.includes(f))
    .sort()
    .map((f) => read(f, textMapping))
  return {
    texts,
    audit: read('application-audit.yaml', auditMapping),
    json: read('json.yaml', jsonMapping),
    web: read('web-servers.yaml', webMapping),
  }
}

function read<T>(file: string, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(load(readFileSync(new URL(file, FOLDER), 'utf8')))
  if (!parsed.success) throw new Error(`mapping ${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}
