const zh = {
  title: '等级保护自查差距清单',
  system: '定级对象',
  unit: '单位',
  level: '保护等级',
  standard: '依据标准',
  at: '数据时间',
  counts:
    '测评项 {total} · 符合 {compliant} · 部分符合 {partly_compliant} · 不符合 {not_compliant} · 不适用 {not_applicable} · 未评 {not_assessed}',
  item: '测评项',
  category: '安全类',
  controlPoint: '控制点',
  statement: '要求（摘要）',
  confidence: '可信度',
  value: '测评结果',
  reason: '理由',
  evidence: '依据',
  author: '填写人',
  decided: '填写时间',
  partly_compliant: '部分符合',
  not_compliant: '不符合',
} as const

/** Words of the gap list. */
export type GapKey = keyof typeof zh

const en: Readonly<Record<GapKey, string>> = {
  title: 'Self-assessment: gap list (classified protection)',
  system: 'System',
  unit: 'Unit',
  level: 'Protection level',
  standard: 'Standard',
  at: 'Data as of',
  counts:
    'Items {total} · compliant {compliant} · partly {partly_compliant} · not compliant {not_compliant} · not applicable {not_applicable} · not assessed {not_assessed}',
  item: 'Item',
  category: 'Category',
  controlPoint: 'Control point',
  statement: 'Requirement (paraphrased)',
  confidence: 'Confidence',
  value: 'Result',
  reason: 'Reason',
  evidence: 'Evidence',
  author: 'Written by',
  decided: 'Written at',
  partly_compliant: 'Partly compliant',
  not_compliant: 'Not compliant',
}

export const GAP_TEXTS: Readonly<Record<'zh' | 'en', Readonly<Record<GapKey, string>>>> = { zh, en }
