import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/**
 * Makes the framework files of this folder from the material (a folder with catalog.json, risk-rules.json and
 * obligations.json): `node compliance/frameworks/make.ts [folder]`, else `SUIDUN_MATERIAL`/mlps. The files are committed;
 * a test holds them against the material where it is present.
 */

const catalogItem = z.object({
  id: z.string(),
  level: z.int(),
  part: z.string(),
  category_zh: z.string(),
  category_en: z.string(),
  control_point_zh: z.string(),
  control_point_en: z.string(),
  lettered: z.boolean(),
  statement_zh: z.string(),
  statement_en: z.string(),
  automation: z.string(),
  unit_28448: z.string().optional(),
  sources: z.array(z.string()),
  confidence: z.enum(['high', 'medium', 'low', 'memory']),
  confidence_reason: z.string().optional(),
  note: z.string().optional(),
})

const obligation = z.object({
  id: z.string(),
  instrument: z.string(),
  article: z.string(),
  duty_zh: z.string(),
  duty_en: z.string(),
  check: z.looseObject({ metric: z.string(), op: z.string(), value: z.unknown() }),
  confirmed: z.string(),
  source: z.string(),
})

const riskRule = z.object({
  kind: z.string(),
  code: z.string(),
  levels: z.array(z.int()).nullable(),
  title_zh: z.string(),
  title_en: z.string(),
  catalog_ids: z.array(z.string()),
  machine_threshold: z.string().optional(),
  downgradable: z.string().optional(),
})

/** The framework of one level (general and cloud parts) as it is kept: items as they came, risks and duties they touch. */
export function makeFramework(folder: string, level: 3): unknown {
  const read = <T>(name: string, shape: z.ZodType<T>) =>
    z.array(shape).parse(JSON.parse(readFileSync(join(folder, name), 'utf8')))
  const items = read('catalog.json', catalogItem)
    .filter((i) => i.level === level && (i.part === 'general' || i.part === 'cloud'))
    .map((i) => ({
      id: i.id,
      part: i.part,
      categoryZh: i.category_zh,
      categoryEn: i.category_en,
      controlPointZh: i.control_point_zh,
      controlPointEn: i.control_point_en,
      lettered: i.lettered,
      statementZh: i.statement_zh,
      statementEn: i.statement_en,
      automation: i.automation,
      ...(i.unit_28448 === undefined ? {} : { unit28448: i.unit_28448 }),
      sources: i.sources,
      confidence: i.confidence,
      ...(i.confidence_reason === undefined ? {} : { confidenceReason: i.confidence_reason }),
      ...(i.note === undefined ? {} : { note: i.note }),
    }))
  const ids = new Set(items.map((i) => i.id))
  const risks = read('risk-rules.json', riskRule).filter(
    (r) => r.catalog_ids.some((id) => ids.has(id)) && (r.levels?.includes(level) ?? true),
  )
  const duties = read('obligations.json', obligation).filter((o) => o.check.metric === 'log_retention_months')
  return {
    id: `gbt22239-2019-l${level}`,
    standard: 'GB/T 22239-2019',
    level,
    licence: 'Apache-2.0',
    note: 'Clause numbers and titles are the standard’s; statements are paraphrases. Confidence says how well an item is confirmed by public copies (high: two or more).',
    items,
    risks: risks.map((r) => ({
      code: r.code,
      kind: r.kind,
      titleZh: r.title_zh,
      titleEn: r.title_en,
      itemIds: r.catalog_ids.filter((id) => ids.has(id)),
      ...(r.machine_threshold === undefined ? {} : { threshold: r.machine_threshold }),
      ...(r.downgradable === undefined ? {} : { downgradable: r.downgradable }),
      confirmed: 'secondary',
    })),
    duties: duties.map((d) => ({
      id: d.id,
      instrument: d.instrument,
      article: d.article,
      dutyZh: d.duty_zh,
      dutyEn: d.duty_en,
      metric: d.check.metric,
      value: d.check.value,
      confirmed: d.confirmed,
      source: d.source,
    })),
  }
}

/** The text of a framework file. */
export function frameworkText(framework: unknown): string {
  return `${JSON.stringify(framework, null, 1)}\n`
}

if (import.meta.main) {
  const material = process.argv[2] ?? resolve(process.env.SUIDUN_MATERIAL ?? '../shared', 'mlps')
  writeFileSync(join(import.meta.dirname, 'gbt22239-2019-l3.json'), frameworkText(makeFramework(material, 3)))
}
